/**
 * Puts a staged directory in the place of the target: two renames, and a way back from between them.
 * `<parent>/.<name>.staging-…` is never looked at by anyone; `<parent>/.<name>.previous-…` is the old tree, whole.
 */
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { type Disk, systemCode, unless } from './disk.ts'
import { isOwnerRunning } from './owner.ts'
import { syncFolder } from './staging.ts'
import { removeTree } from './walk.ts'

export interface Places {
  readonly target: string
  readonly staging: string
  readonly previous: string
}

/** Neighbours of the target, on the same file system, that nobody else has. */
export function placesFor(target: string, unique: string): Places {
  const beside = (role: Role): string => join(dirname(target), prefix(target, role) + unique)
  return { target, staging: beside('staging'), previous: beside('previous') }
}

/** After this the target is the staged tree, or, if it throws, what it was. `seen` is the target as it was checked. */
export async function swap(places: Places, seen: Stats | undefined, disk: Disk): Promise<void> {
  const { target, staging, previous } = places
  const undo: (() => Promise<void>)[] = []
  const move = async (from: string, to: string): Promise<void> => {
    await disk.rename(from, to)
    undo.unshift(() => disk.rename(to, from))
  }
  try {
    // Nothing between the two: only here is there no tree for a moment.
    if (seen !== undefined) await move(target, previous)
    await move(staging, target)
    // Somebody may have put another thing in the target's place after it was checked.
    if (seen !== undefined && !isSame(await disk.lstat(previous), seen)) throw changed(target)
    await syncFolder(dirname(target), disk)
  } catch (error) {
    for (const step of undo) await step()
    throw taken.includes(systemCode(error)) ? changed(target, error) : error
  }
}

/** Brings back the old tree of an export that was killed between its renames, and removes what killed ones left. */
export async function recover(target: string, disk: Disk): Promise<void> {
  const neighbours = await unless(['ENOENT'], disk.readdir(dirname(target)), [])
  const left = async (role: Role): Promise<string[]> => {
    const found: string[] = []
    for (const name of neighbours.filter(each => each.startsWith(prefix(target, role)))) {
      const owner = name.slice(prefix(target, role).length)
      if (!(await isOwnerRunning(owner))) found.push(join(dirname(target), name))
    }
    return found
  }
  for (const previous of await left('previous')) {
    const isGone = (await unless(['ENOENT'], disk.lstat(target), undefined)) === undefined
    await (isGone ? disk.rename(previous, target) : removeTree(previous, disk))
  }
  for (const staging of await left('staging')) await removeTree(staging, disk)
}

/** `details.reason` of the error for a target that somebody else replaced meanwhile. */
export const replaced = 'replaced'

type Role = 'staging' | 'previous'
const taken: readonly string[] = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOENT']

function prefix(target: string, role: Role): string {
  return `.${basename(target)}.${role}-`
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.isDirectory()
}

function changed(target: string, cause?: unknown): ExecutionError {
  return new ExecutionError(
    'PATH_REFUSED',
    `Cannot write to "${target}": it was replaced while it was being written; try again`,
    { cause, details: { reason: replaced } },
  )
}
