/** Every folder and file of the user's that we read or write, computed once from the environment (contract §5, §6, §9, §10). */
import { isAbsolute, join } from 'node:path'

import { sha256 } from '../digest.ts'

export interface Places {
  readonly home: string
  /** Our own config.toml and registered servers. */
  readonly configDir: string
  /** What must survive: approvals, tokens, sessions' state, stats. */
  readonly stateDir: string
  /** What may be deleted at any time. */
  readonly cacheDir: string
  /** Generated trees: `<serversDir>/<server-id>/`. */
  readonly serversDir: string
  readonly skillsDir: string
  readonly pluginsDir: string
  /** The daemon's socket and lock; short enough for a Unix socket path. */
  readonly runDir: string
}

export interface PlacesInput {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly tmpdir: string
  readonly platform: NodeJS.Platform
}

const appName = 'mcp-execution'
/** A Unix socket path holds at most 107 bytes on Linux and 103 on macOS. */
const maxSocketDirBytes = 80

export function findPlaces({ env, home, tmpdir, platform }: PlacesInput): Places {
  const windows = platform === 'win32'
  const base = (xdg: string, onWindows: string, fallback: string): string =>
    join(absolute(env[windows ? onWindows : xdg]) ?? join(home, fallback), appName)
  const stateDir = base('XDG_STATE_HOME', 'LOCALAPPDATA', '.local/state')
  return {
    home,
    configDir: base('XDG_CONFIG_HOME', 'APPDATA', '.config'),
    stateDir,
    cacheDir: base('XDG_CACHE_HOME', 'LOCALAPPDATA', '.cache'),
    serversDir: env['MCP_EXECUTION_SERVERS_DIR'] ?? join(home, '.claude', 'servers'),
    skillsDir: join(home, '.claude', 'skills'),
    pluginsDir: join(base('XDG_DATA_HOME', 'LOCALAPPDATA', '.local/share'), 'plugins'),
    runDir: runDir(stateDir, absolute(env['XDG_RUNTIME_DIR']), tmpdir),
  }
}

// Relative XDG values are ignored, as the XDG base directory specification says.
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}

function runDir(stateDir: string, xdgRuntimeDir: string | undefined, tmpdir: string): string {
  const wanted = xdgRuntimeDir === undefined ? join(stateDir, 'run') : join(xdgRuntimeDir, appName)
  if (Buffer.byteLength(wanted) <= maxSocketDirBytes) return wanted
  return join(tmpdir, `${appName}-${sha256(wanted).slice(0, 16)}`)
}
