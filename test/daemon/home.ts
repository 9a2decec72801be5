/** A user of our own: a fresh home with a config, the built command line, a daemon that ends with the test. */
import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ToolCaller } from '../../src/bridge/index.ts'
import { findPlaces, type Places } from '../../src/config/index.ts'
import { openToolCaller } from '../../src/daemon/index.ts'
import { serverId, toolName } from '../../src/ids.ts'
import { type Cli, newCli, type Ran, root } from '../cli/cli.ts'

export interface User extends AsyncDisposable {
  readonly cli: Cli
  readonly places: Places
  readonly env: Readonly<Record<string, string>>
  /** Our command line, through the daemon unless `env` says otherwise. */
  run(args: readonly string[], options?: Parameters<Cli['run']>[1]): Promise<Ran>
  /** The parsed result of `call`; throws what it said on stderr where it failed. */
  call(tool: string, args?: object): Promise<unknown>
  configure(servers: Readonly<Record<string, object>>): Promise<void>
  /** A caller in this very process, through the daemon. */
  caller(env?: Readonly<Record<string, string>>): ToolCaller
  status(): Promise<{
    pid: number
    connections: { server: string; connects: number; calls: number }[]
  }>
  logged(event: string): Promise<number>
}

export async function newUser(): Promise<User> {
  const cli = await newCli()
  const env = { ...cli.env, MCP_EXECUTION_NO_DAEMON: '' }
  const places = findPlaces({ env, home: cli.home, tmpdir: tmpdir(), platform: process.platform })
  await mkdir(cli.env['XDG_RUNTIME_DIR'] ?? '', { recursive: true, mode: 0o700 })
  const run: User['run'] = (args, options = {}) =>
    cli.run(args, { ...options, env: { MCP_EXECUTION_NO_DAEMON: '', ...options.env } })
  return {
    cli,
    places,
    env,
    run,
    async call(tool, args = {}) {
      const ran = await run(['call', tool, JSON.stringify(args)])
      if (ran.code !== 0) throw new Error(`exit ${ran.code}: ${ran.err}`)
      return JSON.parse(ran.out)
    },
    configure: servers =>
      writeFile(join(cli.home, '.claude.json'), JSON.stringify({ mcpServers: servers })),
    caller: (more = {}) =>
      openToolCaller({
        env: { ...env, ...more },
        cwd: cli.home,
        places,
        platform: process.platform,
        now: Date.now,
      }),
    async status() {
      const ran = await run(['daemon', 'status', '--json'])
      return JSON.parse(ran.out)
    },
    async logged(event) {
      const text = await readFile(join(places.stateDir, 'daemon.log'), 'utf8').catch(() => '')
      return text.split('\n').filter(line => line.includes(`"event":"${event}"`)).length
    },
    async [Symbol.asyncDispose]() {
      await run(['daemon', 'stop'])
      await cli.remove()
    },
  }
}

/** A config entry for one of our test servers. */
export function entry(
  name: string,
  ...args: readonly string[]
): { command: string; args: string[] } {
  return { command: process.execPath, args: [join(root, `.cache/servers/${name}.mjs`), ...args] }
}

/** A config entry for a published server from our devDependencies. */
export function published(
  name: string,
  ...args: readonly string[]
): { command: string; args: string[] } {
  const script = join(root, 'node_modules/@modelcontextprotocol', name, 'dist/index.js')
  return { command: process.execPath, args: [script, ...args] }
}

/** One call in the shape callers take it. */
export function toCall(
  server: string,
  tool: string,
  args: Readonly<Record<string, unknown>> = {},
): { server: ReturnType<typeof serverId>; tool: ReturnType<typeof toolName>; args: typeof args } {
  return { server: serverId(server), tool: toolName(tool), args }
}

/** Resolves when the process is gone; the suite's own deadline is the only clock. */
export async function gone(pid: number): Promise<void> {
  const watcher = spawn('tail', [`--pid=${pid}`, '-f', '/dev/null'], { stdio: 'ignore' })
  await new Promise(resolve => watcher.once('exit', resolve))
}
