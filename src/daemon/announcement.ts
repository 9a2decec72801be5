/** How a daemon becomes the one of its user and version, and stays it: a file that names its socket and token. */
import { randomUUID } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  type DaemonInfo,
  daemonInfoFile,
  isAlive,
  openDaemonLink,
  readDaemonInfo,
} from '../runtime/index.ts'

export interface Announcement {
  /** Whether this daemon is still the announced one; a lost announcement is made again. */
  stillOurs(): boolean
  withdraw(): void
}

/** Undefined where another daemon already serves. */
export async function announce(
  runDir: string,
  info: DaemonInfo,
): Promise<Announcement | undefined> {
  const file = daemonInfoFile(runDir, info.version)
  for (;;) {
    if (place(file, info)) break
    const other = readDaemonInfo(runDir, info.version)
    if (other !== undefined && (await answers(other))) return undefined
    removeStale(file, other)
  }
  removeDeadSockets(runDir)
  const isOurs = (): boolean => readDaemonInfo(runDir, info.version)?.token === info.token
  return {
    stillOurs: () => isOurs() || placed(file, info),
    withdraw: () => {
      if (isOurs()) rmSync(file, { force: true })
    },
  }
}

/** A link appears with its content, and only where there is none: two daemons can never both succeed. */
function place(file: string, info: DaemonInfo): boolean {
  const mine = `${file}.${randomUUID()}`
  try {
    writeFileSync(mine, JSON.stringify(info), { mode: 0o600, flag: 'wx' })
    linkSync(mine, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
}

/** A disk that is full for now is no reason to stop; a folder that is gone is: nobody can find us any more. */
function placed(file: string, info: DaemonInfo): boolean {
  try {
    return place(file, info)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
  }
}

async function answers(other: DaemonInfo): Promise<boolean> {
  const link = await openDaemonLink(other)
  link?.close()
  return link !== undefined
}

/** Takes away exactly the announcement that was found dead; one that came in its place meanwhile is given back. */
function removeStale(file: string, dead: DaemonInfo | undefined): void {
  const taken = `${file}.${randomUUID()}`
  try {
    renameSync(file, taken)
    const another = dead !== undefined && !readFileSync(taken, 'utf8').includes(dead.token)
    if (another) linkSync(taken, file)
  } catch {
    // Gone already, or given back by someone else.
  } finally {
    rmSync(taken, { force: true })
  }
}

/** Sockets are named after their daemon; what killed ones left behind is no use to anyone. */
function removeDeadSockets(runDir: string): void {
  for (const name of readdirSync(runDir)) {
    const pid = /^(\d+)-\w+\.sock$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(runDir, name), { force: true })
  }
}
