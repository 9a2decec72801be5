/** The daemon of this installation, and how the tool files of generated trees learn where it lies. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { builtFile, packageVersion } from '../package-root.ts'
import {
  type DaemonHome,
  type DaemonProgram,
  findDaemonProgram,
  installedFile,
} from './daemon-files.ts'
import { type DaemonLink, joinDaemon } from './daemon-link.ts'
import { reachDaemon } from './daemon-start.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The daemon of this very installation, unless MCP_EXECUTION_DAEMON names another. */
function ourDaemonProgram(env: Env): DaemonProgram {
  const named = env['MCP_EXECUTION_DAEMON'] ? findDaemonProgram(noPlaces, env) : undefined
  return named ?? { version: packageVersion(), script: builtFile('workers/daemon.js') }
}

// Where a variable names the program, no folder is looked at.
const noPlaces: DaemonHome = { runDir: '', stateDir: '', cacheDir: '' }

/** Writes `<stateDir>/installed.json` (0600) unless it says so already. Never throws: tool files do without it. */
export function recordInstallation(places: DaemonHome, env: Env): void {
  const program = { version: packageVersion(), script: builtFile('workers/daemon.js') }
  const known = findDaemonProgram(places, { ...env, MCP_EXECUTION_DAEMON: undefined })
  if (known?.version === program.version && known.script === program.script) return
  const file = installedFile(places)
  const temporary = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    write(temporary, file, JSON.stringify(program))
  } catch {
    // See above.
  }
}

function write(temporary: string, file: string, text: string): void {
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, file)
  } finally {
    rmSync(temporary, { force: true })
  }
}

export interface ReachWorld {
  readonly env: Env
  readonly places: DaemonHome
}

/** A link to the daemon of our own version, started if need be; undefined where none can be had. */
export async function reachOurDaemon({ places, env }: ReachWorld): Promise<DaemonLink | undefined> {
  const program = ourDaemonProgram(env)
  const link = await joinDaemon(places, env, program.version)
  if (link !== undefined) return link
  recordInstallation(places, env)
  return await reachDaemon(places, env, program)
}

/** The same, but only if it runs already. */
export async function joinOurDaemon({ places, env }: ReachWorld): Promise<DaemonLink | undefined> {
  return await joinDaemon(places, env, ourDaemonProgram(env).version)
}
