/** `npm run bench:generate`: `generate` of a 10-tool stdio server, against a bare SDK client that connects and lists. Aim: ≤ +150 ms. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { build as esbuild } from 'esbuild'

import { build } from '../scripts/build.ts'
import buildTestServers from '../test/build-servers.ts'
import { printTimings, raceProcesses } from './processes.ts'

await Promise.all([build(), buildTestServers()])
const home = await mkdtemp(join(tmpdir(), 'bench-generate-'))
const bare = join(home, 'bare.mjs')
await esbuild({
  stdin: {
    contents: `import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
const client = new Client({ name: 'bare', version: '1.0.0' })
const [command, ...args] = process.argv.slice(2)
await client.connect(new StdioClientTransport({ command, args, stderr: 'ignore' }))
await client.listTools()
await client.close()`,
    resolveDir: process.cwd(),
  },
  outfile: bare,
  bundle: true,
  format: 'esm',
  platform: 'node',
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
})
const server = [process.execPath, resolve('.cache/servers/listing.mjs'), 'many', '10'] as const
const cli = resolve('dist/bin/mcp-execution-cli.js')
const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home }
printTimings(
  await raceProcesses(
    [
      { name: 'floor: bare SDK, connect and list', words: [process.execPath, bare, ...server] },
      {
        name: 'introspect',
        words: [process.execPath, cli, 'introspect', '--name', 'ten', '--', ...server],
        env,
      },
      {
        name: 'generate --dry-run',
        words: [process.execPath, cli, 'generate', '--dry-run', '--name', 'ten', '--', ...server],
        env,
      },
      {
        name: 'generate --force, a new tree each time',
        words: [
          process.execPath,
          cli,
          'generate',
          '--force',
          '--output',
          join(home, 'out'),
          '--name',
          'ten',
          '--',
          ...server,
        ],
        env,
      },
      {
        name: 'generate, nothing changed',
        words: [process.execPath, cli, 'generate', '--name', 'ten', '--', ...server],
        env,
      },
    ],
    15,
  ),
)
await rm(home, { recursive: true, force: true })
