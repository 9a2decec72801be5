/** Everything one session keeps between its programs, in one place. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { newSessionId } from '../ids.ts'
import { quoteName } from '../text/index.ts'
import { type Cabinet, diskCabinet, memoryCabinet } from './cabinet.ts'
import { type ResultStore, resultStore } from './result-store.ts'
import { type StateStorage, stateStorage } from './state-storage.ts'
import { type VirtualFiles, virtualFiles } from './virtual-files.ts'

export interface SessionStore {
  readonly id: string
  readonly state: StateStorage
  readonly files: VirtualFiles
  readonly results: ResultStore
}

/** Kept until the process ends. */
export function memorySession(id: string = newSessionId()): SessionStore {
  return storeIn(id, memoryCabinet())
}

/** Kept on disk below `folder`, for every process that opens the same id; making one clears old ones away. */
export function diskSession(folder: string, id: string = newSessionId()): SessionStore {
  const clear = (): void => {
    void clearOldSessions(folder, Date.now()).catch(() => undefined)
  }
  return storeIn(sessionName(id), diskCabinet(join(folder, id), clear))
}

const maxSessions = 200
const maxIdleMs = 30 * 24 * 60 * 60 * 1000

/** Removes sessions nobody has used for a month, and the oldest beyond two hundred. */
export async function clearOldSessions(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const ages = await Promise.all(
    names.map(async name => ({
      name,
      usedAt: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? now,
    })),
  )
  const newest = ages.toSorted((a, b) => b.usedAt - a.usedAt)
  const old = newest.filter(({ usedAt }, index) => index >= maxSessions || now - usedAt > maxIdleMs)
  for (const { name } of old) await rm(join(folder, name), { recursive: true, force: true })
}

/** A session id of ours, or a name of the user's: one path segment either way. */
function sessionName(id: string): string {
  if (/^[A-Za-z0-9][\w-]{0,63}$/.test(id)) return id
  const rule = 'names are 1–64 letters, digits, "-" and "_", and start with a letter or digit'
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot use the session ${quoteName(id)}: ${rule}`)
}

function storeIn(id: string, cabinet: Cabinet): SessionStore {
  return {
    id,
    state: stateStorage(cabinet),
    files: virtualFiles(cabinet),
    results: resultStore(cabinet),
  }
}
