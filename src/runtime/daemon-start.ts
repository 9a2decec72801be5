/** Starts the daemon once, however many processes ask at the same time. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  accessSync,
  constants,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import {
  type DaemonHome,
  type DaemonProgram,
  daemonInfoFile,
  findDaemonProgram,
  isPrivate,
  plainVariables,
} from './daemon-files.ts'
import { type DaemonLink, joinDaemon } from './daemon-link.ts'

type Env = Readonly<Record<string, string | undefined>>

const startTimeoutMs = 15_000
const pollMs = 8

/** A link to the running daemon, started if need be; undefined where none can be had. */
export async function reachDaemon(
  home: DaemonHome,
  env: Env,
  program: DaemonProgram | undefined = findDaemonProgram(home, env),
): Promise<DaemonLink | undefined> {
  if (program === undefined) return undefined
  const running = await joinDaemon(home, env, program.version)
  return running ?? (await startDaemon(home, env, program).catch(refusedByMachine))
}

/** A full disk, no file or process left to open: calls do without a daemon there. */
function refusedByMachine(error: unknown): undefined {
  if (!(error instanceof Error && 'syscall' in error)) throw error
}

async function startDaemon(
  home: DaemonHome,
  env: Env,
  program: DaemonProgram,
): Promise<DaemonLink | undefined> {
  if (!existsSync(program.script)) return undefined
  if (!makeFolders(home) || !isPrivate(home.runDir)) return undefined
  const lock = `${daemonInfoFile(home.runDir, program.version)}.starting`
  const deadline = Date.now() + startTimeoutMs
  while (Date.now() < deadline) {
    if (takeLock(lock)) {
      try {
        // Another may have finished starting one between our first look and the lock.
        return (await joinDaemon(home, env, program.version)) ?? (await launch(home, env, program))
      } finally {
        rmSync(lock, { force: true })
      }
    }
    await wait(pollMs)
    const link = await joinDaemon(home, env, program.version)
    if (link !== undefined) return link
  }
  return undefined
}

/** True where this process now holds the lock; a lock whose holder died is cleared for the next try. */
function takeLock(lock: string): boolean {
  const mine = `${lock}.${process.pid}.${randomUUID()}`
  try {
    writeFileSync(mine, String(process.pid), { mode: 0o600, flag: 'wx' })
    if (linked(mine, lock)) return true
    breakStaleLock(lock, mine)
    return false
  } finally {
    rmSync(mine, { force: true })
  }
}

/** A link appears with its content, so nobody ever reads a lock without an owner. */
function linked(mine: string, lock: string): boolean {
  try {
    linkSync(mine, lock)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function breakStaleLock(lock: string, mine: string): void {
  const holder = readLock(lock)
  if (holder === undefined || isAlive(holder)) return
  const taken = `${mine}.stale`
  try {
    renameSync(lock, taken)
    // Someone may have broken it first and taken it anew: give theirs back.
    if (readLock(taken) !== holder) linkSync(taken, lock)
  } catch {
    // Gone already: the next look tells.
  } finally {
    rmSync(taken, { force: true })
  }
}

function readLock(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch {
    return undefined
  }
}

/** True while a process of that id runs, ours or not; one that has ended and is not yet reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Only Linux tells; elsewhere no process is taken for one. */
function isZombie(pid: number): boolean {
  try {
    // "<pid> (<name>) <state> …", where the name may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z'
  } catch {
    return false
  }
}

async function launch(
  home: DaemonHome,
  env: Env,
  { script, version }: DaemonProgram,
): Promise<DaemonLink | undefined> {
  const log = openLog(home)
  const child = spawn(process.execPath, [script], {
    cwd: homedir(),
    detached: true,
    env: plainVariables(env),
    stdio: ['ignore', 'ignore', log],
    windowsHide: true,
  })
  closeSync(log)
  child.unref()
  let ended = false
  child.once('error', () => (ended = true))
  child.once('exit', () => (ended = true))
  const deadline = Date.now() + startTimeoutMs
  while (Date.now() < deadline) {
    const over = ended
    const link = await joinDaemon(home, env, version)
    if (link !== undefined || over) return link
    await wait(pollMs)
  }
  return undefined
}

/** False where the user's folders cannot be written, as on a read-only disk: calls do without a daemon there. */
function makeFolders(home: DaemonHome): boolean {
  try {
    for (const folder of [home.runDir, home.stateDir]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    accessSync(home.runDir, constants.W_OK)
    accessSync(home.stateDir, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function openLog(home: DaemonHome): number {
  return openSync(daemonLogFile(home.stateDir), 'a', 0o600)
}

/** What the daemon says of itself, and what it wrote when it could not start. */
export function daemonLogFile(stateDir: string): string {
  return join(stateDir, 'daemon.log')
}
