/** The command line in this process, with a home and a folder of its own. */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { main } from '../../src/cli/main.ts'
import type { Surroundings } from '../../src/cli/world.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Home extends AsyncDisposable {
  readonly home: string
  readonly cwd: string
  run(...argv: string[]): Promise<Ran>
  /** `--json` added; the parsed output. */
  json(
    ...argv: string[]
  ): Promise<{ readonly code: number; readonly data: Record<string, unknown> }>
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Published servers from node_modules, as the words after `--`. */
export const published: Readonly<Record<string, readonly string[]>> = {
  everything: [process.execPath, entry('@modelcontextprotocol/server-everything/dist/index.js')],
  filesystem: [
    process.execPath,
    entry('@modelcontextprotocol/server-filesystem/dist/index.js'),
    tmpdir(),
  ],
  memory: [process.execPath, entry('@modelcontextprotocol/server-memory/dist/index.js')],
  thinking: [
    process.execPath,
    entry('@modelcontextprotocol/server-sequential-thinking/dist/index.js'),
  ],
}

export async function newHome(): Promise<Home> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'keep-')))
  const cwd = join(home, 'work')
  await mkdir(cwd)
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    MCP_EXECUTION_NO_DAEMON: '1',
  }
  const run = async (...argv: string[]): Promise<Ran> => {
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const surroundings: Surroundings = {
      env,
      home,
      cwd,
      tmpdir: tmpdir(),
      platform: process.platform,
      io: {
        stdin: new PassThrough().end(),
        stdout,
        stderr,
        isTerminal: { in: false, out: false, err: false },
        columns: 80,
      },
      signal: new AbortController().signal,
      now: Date.now,
    }
    const [code, out, err] = await Promise.all([
      main(argv, surroundings, { binary: 'mcp-execution' }).finally(() => {
        stdout.end()
        stderr.end()
      }),
      text(stdout),
      text(stderr),
    ])
    return { code, out, err }
  }
  return {
    home,
    cwd,
    run,
    json: async (...argv) => {
      const { code, out, err } = await run('--json', ...argv)
      return { code, data: JSON.parse(out === '' ? err : out) as Record<string, unknown> }
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

function entry(path: string): string {
  return join(repository, 'node_modules', path)
}
