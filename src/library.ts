/** Our journeys for programs that embed us: this process's world by default, every part of it replaceable. */
import { homedir, tmpdir } from 'node:os'

import { adHocServer, findPlaces, type Places, type ServerEntry } from './config/index.ts'
import { type ExecutionRuntime, openRuntime } from './execution/index.ts'

/** A server of the embedding program's own, beside those the user has configured. */
export type EmbeddedServer =
  | {
      readonly command: string
      readonly args?: readonly string[]
      /** Values are taken literally. */
      readonly env?: Readonly<Record<string, string>>
      readonly cwd?: string
    }
  | {
      readonly url: string
      /** "sse" for the older HTTP+SSE transport; default "http". */
      readonly type?: 'http' | 'sse'
      readonly headers?: Readonly<Record<string, string>>
    }

export interface ExecutionOptions {
  /** By server id: `[a-z0-9][a-z0-9_-]{0,63}`. */
  readonly servers?: Readonly<Record<string, EmbeddedServer>>
  /** A configuration file to read before the user's. */
  readonly configFile?: string
  readonly cwd?: string
  /** Default: this process's. `MCP_EXECUTION_NO_DAEMON=1` in it keeps every connection in this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly home?: string
  /** Sandbox worker threads at most. */
  readonly workers?: number
}

/**
 * Sessions that search, describe and execute over the user's servers and those given here. Dispose it: it holds
 * connections, worker threads and the type checker's process. Throws INVALID_ARGUMENT or SECURITY_REFUSED for a server
 * no entry may describe.
 */
export function openExecution(options: ExecutionOptions = {}): ExecutionRuntime {
  const { servers = {}, configFile, workers, cwd = process.cwd(), env = process.env } = options
  const entries = Object.entries(servers).map(([name, server]) => entryOf(name, server, cwd))
  return openRuntime({
    env,
    cwd,
    entries,
    places: placesOf(options),
    platform: process.platform,
    architecture: process.arch,
    pid: process.pid,
    now: Date.now,
    ...(configFile === undefined ? {} : { configFile }),
    ...(workers === undefined ? {} : { workers }),
  })
}

function placesOf({ env = process.env, home }: ExecutionOptions): Places {
  const where = home ?? env['HOME'] ?? homedir()
  return findPlaces({ env, home: where, tmpdir: tmpdir(), platform: process.platform })
}

function entryOf(name: string, server: EmbeddedServer, cwd: string): ServerEntry {
  const here = { cwd, dialect: 'literal' as const }
  if ('command' in server) {
    const { command, args = [], env = {}, cwd: own } = server
    const where = own === undefined ? {} : { cwd: own }
    return adHocServer({ name, command: [command, ...args], env: pairs(env), ...where }, here)
  }
  const { url, type = 'http', headers = {} } = server
  return adHocServer({ name, [type]: url, header: pairs(headers) }, here)
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${value}`)
}
