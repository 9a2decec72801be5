/** Takes foreign files along into a new tree, and saves those that appear in the old one at the last moment. */
import type { Stats } from 'node:fs'
import { dirname, join } from 'node:path'

import { type Disk, unless } from './disk.ts'
import type { FileTree } from './tree.ts'
import { type Entry, walk } from './walk.ts'

/** What was taken along, as it was then. */
export type Carried = ReadonlyMap<string, Pick<Stats, 'ino' | 'mtimeMs'>>

/** Links every foreign entry of `from` into `to`: the old tree stays whole, and nothing is copied where links work. */
export async function carry(
  foreign: readonly Entry[],
  folders: { readonly from: string; readonly to: string; readonly tree: FileTree },
  disk: Disk,
): Promise<Carried> {
  const carried = new Map<string, Pick<Stats, 'ino' | 'mtimeMs'>>()
  const made = new Set(folders.tree.folders)
  for (const entry of foreign) {
    const from = join(folders.from, entry.path)
    const to = join(folders.to, entry.path)
    const { ino, mtimeMs, mode } = await disk.lstat(from)
    carried.set(entry.path, { ino, mtimeMs })
    if (entry.kind === 'folder') {
      if (!made.has(entry.path)) await disk.mkdir(to, { mode: mode & 0o777 })
    } else if (entry.kind === 'link') await disk.symlink(await disk.readlink(from), to)
    else await linkOrCopy(from, to, disk)
  }
  return carried
}

/** Moves what was added or changed in the old tree while the new one was being written; everything else there may go. */
export async function saveLatecomers(
  folders: { readonly from: string; readonly to: string },
  known: { readonly carried: Carried; readonly owned: readonly string[] },
  disk: Disk,
): Promise<void> {
  const owned = new Set(known.owned)
  for (const { path, kind } of await walk(folders.from, disk)) {
    if (kind === 'folder' || owned.has(path)) continue
    const { ino, mtimeMs } = await disk.lstat(join(folders.from, path))
    const then = known.carried.get(path)
    if (then?.ino === ino && then.mtimeMs === mtimeMs) continue
    const to = join(folders.to, path)
    await disk.mkdir(dirname(to), { recursive: true })
    await disk.rename(join(folders.from, path), to)
  }
}

async function linkOrCopy(from: string, to: string, disk: Disk): Promise<void> {
  const noLinks = ['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'ENOSYS']
  const linked = await unless(noLinks, disk.link(from, to), 'unsupported')
  if (linked === 'unsupported') await disk.copyFile(from, to)
}
