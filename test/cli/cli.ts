/** Our built command line as a real process, in a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))
export const node: string = process.execPath

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Cli {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ran>
  readonly start: (args: readonly string[], options?: RunOptions) => ChildProcess
  readonly remove: () => Promise<void>
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  readonly binary?: 'mcp-execution' | 'mcp-execution-cli'
}

export async function newCli(): Promise<Cli> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'mcp-cli-')))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_RUNTIME_DIR: join(home, '.run'),
    MCP_EXECUTION_NO_DAEMON: '1',
  }
  const start: Cli['start'] = (args, options = {}) => {
    const binary = join(root, 'dist/bin', `${options.binary ?? 'mcp-execution-cli'}.js`)
    return spawn(node, [binary, ...args], {
      cwd: options.cwd ?? home,
      env: { ...env, ...options.env },
      stdio: 'pipe',
    })
  }
  return {
    home,
    env,
    start,
    run: async (args, options = {}) => {
      const child = start(args, options)
      child.stdin?.end(options.stdin ?? '')
      return await ended(child)
    },
    remove: () => rm(home, { recursive: true, force: true }),
  }
}

/** Everything a process said, once it is over. */
export async function ended(child: ChildProcess): Promise<Ran> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('The process has no pipes')
  const code = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err] = await Promise.all([text(stdout), text(stderr)])
  return { code: await code, out, err }
}

/** Reads one stream until it holds `wanted`; rejects if it ends before. */
export async function until(stream: NodeJS.ReadableStream | null, wanted: string): Promise<string> {
  if (stream === null) throw new Error('The process has no pipes')
  let seen = ''
  return await new Promise((resolve, reject) => {
    stream.on('data', piece => {
      seen += String(piece)
      if (seen.includes(wanted)) resolve(seen)
    })
    stream.on('end', () => reject(new Error(`Ended before ${JSON.stringify(wanted)}: ${seen}`)))
  })
}

/** A test server as words for the command line. */
export function testServer(name: string, ...args: readonly string[]): readonly string[] {
  return [node, join(root, `.cache/servers/${name}.mjs`), ...args]
}
