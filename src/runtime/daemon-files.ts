/** The few files through which a tool file finds the daemon, its program and its registered server. */
import { lstatSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'

import { fromLine } from './wire.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The folders this file format lives in: the same that `findPlaces` gives. */
export interface DaemonHome {
  readonly runDir: string
  readonly stateDir: string
  readonly cacheDir: string
}

/** What to run for a daemon, and which version it is. */
export interface DaemonProgram {
  readonly version: string
  readonly script: string
}

/** A daemon that listens, as it announced itself. */
export interface DaemonInfo {
  readonly pid: number
  readonly socket: string
  readonly token: string
  readonly version: string
}

const appName = 'mcp-execution'
/** A Unix socket path holds at most 107 bytes on Linux and 103 on macOS. */
const maxSocketDirBytes = 80

export function findDaemonHome(env: Env, platform: string): DaemonHome {
  const base = (xdg: string, onWindows: string, fallback: string): string => {
    const wanted = env[platform === 'win32' ? onWindows : xdg]
    const folder = wanted !== undefined && isAbsolute(wanted) ? wanted : join(homedir(), fallback)
    return join(folder, appName)
  }
  const stateDir = base('XDG_STATE_HOME', 'LOCALAPPDATA', '.local/state')
  return {
    stateDir,
    cacheDir: base('XDG_CACHE_HOME', 'LOCALAPPDATA', '.cache'),
    runDir: runDir(stateDir, env['XDG_RUNTIME_DIR']),
  }
}

function runDir(stateDir: string, xdgRuntimeDir: string | undefined): string {
  const given = xdgRuntimeDir !== undefined && isAbsolute(xdgRuntimeDir)
  const wanted = given ? join(xdgRuntimeDir, appName) : join(stateDir, 'run')
  if (Buffer.byteLength(wanted) <= maxSocketDirBytes) return wanted
  // Loaded by whoever needs it: most paths are short.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 16)
  return join(tmpdir(), `${appName}-${digest}`)
}

/** Where the installed command line says how to start a daemon. */
export function installedFile(home: DaemonHome): string {
  return join(home.stateDir, 'installed.json')
}

/** The daemon's program: MCP_EXECUTION_DAEMON names one, else the last installed command line that ran recorded it. */
export function findDaemonProgram(home: DaemonHome, env: Env): DaemonProgram | undefined {
  const named = env['MCP_EXECUTION_DAEMON']
  if (named !== undefined && named !== '') {
    const script = resolve(named)
    const version = readPrivateless(join(dirname(script), '..', '..', 'package.json'))?.['version']
    return { script, version: typeof version === 'string' ? version : '0.0.0' }
  }
  const recorded = readPrivate(installedFile(home))
  const { version, script } = recorded ?? {}
  if (typeof version !== 'string' || typeof script !== 'string') return undefined
  return { version, script }
}

/** Where a daemon of that version announces itself. */
export function daemonInfoFile(runFolder: string, version: string): string {
  return join(runFolder, `daemon-${version.replaceAll(/[^\w.-]/g, '_')}.json`)
}

/** The daemon that announced itself; it may be dead by now. */
export function readDaemonInfo(runFolder: string, version: string): DaemonInfo | undefined {
  if (!isPrivate(runFolder)) return undefined
  const info = readPrivate(daemonInfoFile(runFolder, version)) ?? {}
  const { pid, socket, token } = info
  if (typeof pid !== 'number' || typeof socket !== 'string' || typeof token !== 'string') {
    return undefined
  }
  return { pid, socket, token, version }
}

/** A JSON object from a file that only we can have written. */
export function readPrivate(file: string): Record<string, unknown> | undefined {
  return isPrivate(file) ? readPrivateless(file) : undefined
}

function readPrivateless(file: string): Record<string, unknown> | undefined {
  try {
    return fromLine(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** True where the path is ours, no link, and nobody else may read or write it. */
export function isPrivate(path: string): boolean {
  try {
    const { uid, mode } = lstatSync(path)
    const link = (mode & 0o170_000) === 0o120_000
    const ours = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
    return ours && !link
  } catch {
    return false
  }
}

const passedOn =
  /^(HOME|PATH|SHELL|USER|LOGNAME|TERM|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|XDG_\w+|MCP_EXECUTION_\w+|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|NODE_USE_ENV_PROXY|SSL_CERT_\w+|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|PROGRAMDATA|PROGRAMFILES.*)$/i

/** What a process lives by; a caller's other variables, secrets among them, reach the daemon only as its calls need them. */
export function plainVariables(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)))
}
