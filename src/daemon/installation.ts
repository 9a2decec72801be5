/** Tells the tool files of generated trees where the installed daemon lies. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Places } from '../config/index.ts'
import { builtFile, packageVersion } from '../package-root.ts'
import {
  type DaemonHome,
  type DaemonProgram,
  findDaemonProgram,
  installedFile,
} from '../runtime/index.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The daemon of this very installation, unless MCP_EXECUTION_DAEMON names another. */
export function ourDaemonProgram(env: Env): DaemonProgram {
  const named = env['MCP_EXECUTION_DAEMON'] ? findDaemonProgram(noPlaces, env) : undefined
  return named ?? { version: packageVersion(), script: builtFile('workers/daemon.js') }
}

// Where a variable names the program, no folder is looked at.
const noPlaces: DaemonHome = { runDir: '', stateDir: '', cacheDir: '' }

/** Writes `<stateDir>/installed.json` (0600) unless it says so already. Never throws: tool files do without it. */
export function recordInstallation(
  places: Pick<Places, 'stateDir' | 'cacheDir' | 'runDir'>,
  env: Env,
): void {
  const program = { version: packageVersion(), script: builtFile('workers/daemon.js') }
  const known = findDaemonProgram(places, { ...env, MCP_EXECUTION_DAEMON: undefined })
  if (known?.version === program.version && known.script === program.script) return
  const file = installedFile(places)
  const temporary = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, JSON.stringify(program), { mode: 0o600 })
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
  }
}
