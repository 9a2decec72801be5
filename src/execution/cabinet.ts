/** Where one session keeps what must outlive a program: named blobs, replaced whole, one writer at a time. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { withFileLock } from '../files/index.ts'

export interface Cabinet {
  read(name: string): Promise<Buffer | undefined>
  /** Readers see the old bytes or the new ones, never a mix. */
  write(name: string, bytes: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
  /** Runs `work` while no other process or call changes this cabinet. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Kept for as long as the process lives. */
export function memoryCabinet(): Cabinet {
  const blobs = new Map<string, Buffer>()
  const inTurn = turns()
  return {
    read: async name => blobs.get(name),
    write: async (name, bytes) => void blobs.set(name, Buffer.from(bytes)),
    remove: async name => void blobs.delete(name),
    exclusively: inTurn,
  }
}

/** Kept in a private folder, made when something is first written; `onMade` is told of that. */
export function diskCabinet(folder: string, onMade: () => void = () => {}): Cabinet {
  const inTurn = turns()
  return {
    read: async name => await readIfThere(join(folder, name)),
    write: async (name, bytes) => {
      await replaceFile(join(folder, name), bytes)
    },
    remove: async name => {
      await rm(join(folder, name), { force: true })
    },
    exclusively: async work =>
      await inTurn(async () => {
        const made = await mkdir(folder, { recursive: true, mode: 0o700 })
        if (made !== undefined) onMade()
        // Sessions nobody has used for long are cleared away by this time stamp.
        const now = new Date()
        await utimes(folder, now, now)
        return await withFileLock(join(folder, 'lock'), work)
      }),
  }
}

function turns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return async work => {
    const turn = last.then(work, work)
    last = turn
    return await turn
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
