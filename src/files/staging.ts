/** Writes a whole tree into a fresh directory of its own and puts it on the disk for certain. */
import { constants } from 'node:fs'
import { join } from 'node:path'

import pLimit from 'p-limit'

import type { Disk } from './disk.ts'
import type { FileTree, TreeFile } from './tree.ts'

/** Open files at once: well below any limit, and enough for fsyncs to share a journal write. */
const openFiles = 16
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
const create: number = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW

/** Every write happened and was synced, or this throws; the directory must not exist yet. */
export async function stage(tree: FileTree, folder: string, disk: Disk): Promise<void> {
  await disk.mkdir(folder, { mode: 0o755 })
  for (const inner of tree.folders) await disk.mkdir(join(folder, inner), { mode: 0o755 })
  const limit = pLimit(openFiles)
  await allSettled(tree.files.map(file => limit(() => writeNew(file, folder, disk))))
  for (const inner of tree.folders.toReversed()) await syncFolder(join(folder, inner), disk)
  await syncFolder(folder, disk)
}

async function writeNew(
  { path, text, executable }: TreeFile,
  folder: string,
  disk: Disk,
): Promise<void> {
  const handle = await disk.open(join(folder, path), create, executable === true ? 0o755 : 0o644)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the names inside a folder durable. Some systems cannot open folders; there it is not needed. */
export async function syncFolder(folder: string, disk: Disk): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await disk.open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

// Waits for every write, so that nothing is still being written when the caller cleans up; then the first failure.
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  const failed = results.find(result => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
