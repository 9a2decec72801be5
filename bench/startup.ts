/** `npm run bench:startup`: what the command line costs before it does anything, against `node -e 0`. Aim: ≤ 2.5×. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { build } from '../scripts/build.ts'
import { printTimings, raceProcesses } from './processes.ts'

await build()
const home = await mkdtemp(join(tmpdir(), 'bench-startup-'))
const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home }
const cli = 'dist/bin/mcp-execution-cli.js'
const node = process.execPath
printTimings(
  await raceProcesses(
    [
      { name: 'floor: node -e 0', words: [node, '-e', '0'] },
      { name: '--help', words: [node, cli, '--help'], env },
      { name: '--version', words: [node, cli, '--version'], env },
      { name: "complete -- ''", words: [node, cli, 'complete', '--', ''], env },
      { name: 'complete -- call x', words: [node, cli, 'complete', '--', 'call', 'x'], env },
      { name: 'server list', words: [node, cli, 'server', 'list'], env },
    ],
    15,
  ),
)
await rm(home, { recursive: true, force: true })
