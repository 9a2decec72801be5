/** Starts one of test/servers and connects to it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { type ConnectOptions, connect, type Connection } from '../../src/client/index.ts'
import type { ServerSettings, ServerSpec, Target } from '../../src/config/index.ts'
import { type ErrorCode, ExecutionError } from '../../src/errors.ts'
import { serverId } from '../../src/ids.ts'

export const repository: string = fileURLToPath(new URL('../..', import.meta.url))

export function serverFile(name: string): string {
  return `${repository}.cache/servers/${name}.mjs`
}

/** `command` is "listing many 10": a test server, its mode and arguments. */
export function stdioSpec(command: string, settings: ServerSettings = {}): ServerSpec {
  const [server = '', ...args] = command.split(' ')
  const target = {
    type: 'stdio' as const,
    command: process.execPath,
    args: [serverFile(server), ...args],
    env: {},
  }
  return spec(target, settings)
}

export function spec(target: Target, settings: ServerSettings = {}): ServerSpec {
  return { id: serverId('under-test'), name: 'under test', target, settings }
}

export async function open(
  command: string,
  options: Partial<ConnectOptions> = {},
): Promise<Connection> {
  return await connect(stdioSpec(command), { env: { PATH: process.env['PATH'] }, ...options })
}

/** The ExecutionError that `work` ends in; fails if it ends otherwise. */
export async function failureOf(work: Promise<unknown>): Promise<ExecutionError> {
  const outcome = await work.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  )
  if (outcome instanceof ExecutionError) return outcome
  throw outcome
}

export async function codeOf(work: Promise<unknown>): Promise<ErrorCode> {
  return (await failureOf(work)).code
}

/** Dead ones that their parent has not noticed yet do not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    if (process.platform !== 'linux') return true
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !status.slice(status.lastIndexOf(')')).startsWith(') Z')
  } catch {
    return false
  }
}

/** Resolves once none of the processes runs any more; the test's own timeout is the limit. */
export async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise(resolve => setTimeout(resolve, 20))
}

/** The text of a result's first part. */
export function textOf(result: { readonly content: readonly unknown[] }): string {
  const [part] = result.content
  const isText = typeof part === 'object' && part !== null && 'text' in part
  return isText ? String(part.text) : ''
}
