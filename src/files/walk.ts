/** What really lies in a directory, without following a link. */
import type { Dirent } from 'node:fs'
import { join } from 'node:path'

import type { Disk } from './disk.ts'

export interface Entry {
  /** "/"-separated, relative to where the walk began. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

/** Every entry below `folder`, parents before children, sorted. */
export async function walk(folder: string, disk: Disk, prefix = ''): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  const found = await disk.readdir(join(folder, prefix), { withFileTypes: true })
  for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    entries.push({ path, kind: kindOf(entry) })
    if (entry.isDirectory()) entries.push(...(await walk(folder, disk, path)))
  }
  return entries
}

function kindOf(entry: Dirent): Entry['kind'] {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

/** Removes a whole directory, following no link. */
export async function removeTree(folder: string, disk: Disk): Promise<void> {
  const entries = await walk(folder, disk)
  for (const { path, kind } of entries.toReversed()) {
    await (kind === 'folder' ? disk.rmdir(join(folder, path)) : disk.unlink(join(folder, path)))
  }
  await disk.rmdir(folder)
}
