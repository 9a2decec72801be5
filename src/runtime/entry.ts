/** A registered server's entry, read and expanded by ourselves: what a tool file needs to connect without a daemon. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import { findDaemonHome, readPrivate } from './daemon-files.ts'
import { readEnvFile } from './env-file.ts'
import { ToolError } from './result.ts'
import { isRecord } from './wire.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where a server is reached, variables expanded. */
export type DirectTarget =
  | {
      readonly type: 'stdio'
      readonly command: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly cwd: string | undefined
    }
  | {
      readonly type: 'http' | 'sse'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
    }

export interface DirectEntry {
  readonly target: DirectTarget
  readonly connectTimeoutMs: number
  readonly callTimeoutMs: number
  /** Undefined where every tool is allowed. */
  readonly refuses: (tool: string) => boolean
}

/** Throws a ToolError where the server is not registered or names a variable that is not set. */
export function readEntry(server: string, env: Env): DirectEntry {
  const { stateDir } = findDaemonHome(env, process.platform)
  const registered = readPrivate(join(stateDir, 'servers', `${server}.json`))
  const entry = registered?.['entry']
  if (!isRecord(entry)) {
    throw new ToolError(
      'SERVER_NOT_FOUND',
      `Cannot reach server "${server}": it is not registered on this machine; run: mcp-execution generate ${server}`,
    )
  }
  const expand = (text: string): string => expandVariables(text, server, env)
  return {
    target: targetOf(server, entry, expand),
    connectTimeoutMs: seconds(entry['connectTimeoutSecs'], 30),
    callTimeoutMs: seconds(entry['callTimeoutSecs'], 60),
    refuses: refusalOf(entry),
  }
}

function targetOf(
  server: string,
  entry: Readonly<Record<string, unknown>>,
  expand: (text: string) => string,
): DirectTarget {
  const { command, url, cwd, envFile, workspace, allowUnsafeEnv } = entry
  if (typeof command === 'string') {
    const base = typeof workspace === 'string' ? workspace : undefined
    const placed = (path: string): string => resolve(base ?? '.', withHome(expand(path)))
    const fromFile = (path: string): Record<string, string> =>
      readEnvFile({ server, path: placed(path), allowUnsafeEnv: allowUnsafeEnv === true })
    return {
      type: 'stdio',
      command: withHome(expand(command)),
      args: strings(entry['args']).map(arg => expand(arg)),
      env: {
        ...passed(entry['env_vars']),
        ...(typeof envFile === 'string' && fromFile(envFile)),
        ...stringMap(entry['env'], expand),
      },
      cwd: typeof cwd === 'string' ? placed(cwd) : base,
    }
  }
  const type = entry['type'] === 'sse' ? 'sse' : 'http'
  return { type, url: expand(String(url)), headers: stringMap(entry['headers'], expand) }
}

/** Our own spelling: `${VAR}`, `${VAR:-default}`, `${env:VAR}`, and `${:-text}` for a text that means itself. */
function expandVariables(text: string, server: string, env: Env): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (whole, body: string) => {
    if (body.startsWith(':-')) return body.slice(2)
    const [, name, fallback] = /^(?:env:)?([A-Za-z_]\w*)(?::-([^]*))?$/.exec(body) ?? []
    if (name === undefined) return refuseUnknown(whole, server)
    const value = env[name]
    if (value !== undefined && (value !== '' || fallback === undefined)) return value
    if (fallback !== undefined) return fallback
    const how = `its entry names the variable ${name}, which is not set; set it and call again`
    throw new ToolError('CONFIG_UNSET_VARIABLE', `Cannot reach server "${server}": ${how}`)
  })
}

/** Stored inputs are only read by the installed command line. */
function refuseUnknown(what: string, server: string): never {
  const how = `its entry holds ${what}, which only the daemon can expand; call without MCP_EXECUTION_NO_DAEMON`
  throw new ToolError('CONFIG_UNSET_VARIABLE', `Cannot reach server "${server}": ${how}`)
}

function withHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}

/** Variables that the entry hands on as they are. */
function passed(names: unknown): Record<string, string> {
  const pairs = strings(names).flatMap(name => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}

function refusalOf(entry: Readonly<Record<string, unknown>>): (tool: string) => boolean {
  const allowed = Array.isArray(entry['allowedTools']) ? strings(entry['allowedTools']) : undefined
  const blocked = strings(entry['blockedTools'])
  return tool => blocked.includes(tool) || allowed?.includes(tool) === false
}

function seconds(value: unknown, fallback: number): number {
  return (typeof value === 'number' && value > 0 ? value : fallback) * 1000
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function stringMap(value: unknown, expand: (text: string) => string): Record<string, string> {
  const entries = Object.entries(isRecord(value) ? value : {})
  return Object.fromEntries(entries.map(([name, text]) => [name, expand(String(text))]))
}
