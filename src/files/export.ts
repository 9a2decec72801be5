/** Exports a tree to a directory: afterwards it is the new tree or still the old one, never a mix (contract §5). */
import { randomBytes } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { type Disk, realDisk, systemCode } from './disk.ts'
import { type Carried, carry, saveLatecomers } from './foreign.ts'
import { withLock } from './lock.ts'
import { ownerTag } from './owner.ts'
import { lookAt, type Present } from './present.ts'
import { stage } from './staging.ts'
import { placesFor, type Places, recover, replaced, swap } from './swap.ts'
import type { FileTree } from './tree.ts'
import { removeTree } from './walk.ts'

export interface ExportOptions {
  /** Reads, from the target as it is, which of its files an earlier export wrote. Without it, none is ours. */
  readonly ownedPaths?: (target: string) => Promise<readonly string[]>
  /** Replace the directory whole, files that are not ours included. */
  readonly force?: boolean
  readonly signal?: AbortSignal
  readonly disk?: Disk
}

export interface ExportReport {
  /** Where the tree is, links in its parents resolved. */
  readonly path: string
  /** False where the target already was exactly this tree: nothing was written. */
  readonly changed: boolean
  /** Files of the earlier export that are no more. */
  readonly removed: readonly string[]
  /** Files that are not ours and were kept. */
  readonly kept: readonly string[]
}

/** Throws PATH_REFUSED for targets that may not be replaced, IO where the disk refuses; then the old tree is untouched. */
export async function exportTree(
  tree: FileTree,
  folder: string,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { disk = realDisk, signal } = options
  try {
    const target = await realTarget(folder, disk)
    const lock = join(dirname(target), `.${basename(target)}.lock`)
    const attempt = (): Promise<ExportReport> =>
      withLock(lock, { disk, signal }, () => exportLocked(tree, target, { ...options, disk }))
    return await again(attempt)
  } catch (error) {
    throw asIoError(error, folder)
  }
}

/**
 * For readers that find nothing at `folder`: brings back the tree of an export that was killed between its two renames,
 * and waits for one that is under way. True where a tree may be there now.
 */
export async function recoverTree(folder: string, disk: Disk = realDisk): Promise<boolean> {
  const parent = dirname(resolve(folder))
  const names = await disk.readdir(parent).catch(() => [])
  if (!names.some(name => name.startsWith(`.${basename(folder)}.previous-`))) return false
  const target = await realTarget(folder, disk)
  const lock = join(dirname(target), `.${basename(target)}.lock`)
  await withLock(lock, { disk }, () => recover(target, disk))
  return true
}

const maxAttempts = 5

/** Taking over an abandoned lock can let two exports in; the one that comes second then starts anew. */
async function again(attempt: () => Promise<ExportReport>): Promise<ExportReport> {
  for (let left = maxAttempts; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      const wasReplaced =
        ExecutionError.is(error, 'PATH_REFUSED') && error.details['reason'] === replaced
      if (!wasReplaced || left <= 1) throw error
    }
  }
}

/** Only the last part is created by us; a link above it is the user's choice and is followed once, here. */
async function realTarget(folder: string, disk: Disk): Promise<string> {
  const absolute = resolve(folder)
  await disk.mkdir(dirname(absolute), { recursive: true })
  return join(await disk.realpath(dirname(absolute)), basename(absolute))
}

type LockedOptions = ExportOptions & { readonly disk: Disk }

async function exportLocked(
  tree: FileTree,
  target: string,
  { disk, force = false, ownedPaths, signal }: LockedOptions,
): Promise<ExportReport> {
  await recover(target, disk)
  const owned = (await ownedPaths?.(target)) ?? []
  const present = await lookAt({ target, tree, owned, force }, disk)
  const report = reportOf(tree, present, { target, force })
  const upToDate = await isUpToDate(tree, target, { present, report, disk })
  if (upToDate) return { ...report, changed: false }
  const places = placesFor(target, `${await ownerTag()}-${randomBytes(4).toString('hex')}`)
  const carried = await prepare(tree, places, {
    foreign: force ? [] : present.foreign,
    disk,
    signal,
  })
  await swap(places, present.stats, disk).catch(async (error: unknown) => {
    await discard(places.staging, disk)
    throw error
  })
  const retirement = { carried, owned: present.owned, force, disk }
  if (present.stats !== undefined) await retire(places, retirement)
  return report
}

interface Preparation {
  readonly foreign: Present['foreign']
  readonly disk: Disk
  readonly signal: AbortSignal | undefined
}

/** The whole new tree, durable, beside the target; where that fails, nothing is left of it. */
async function prepare(
  tree: FileTree,
  { target, staging }: Places,
  work: Preparation,
): Promise<Carried> {
  const { disk, foreign, signal } = work
  try {
    signal?.throwIfAborted()
    await stage(tree, staging, disk)
    const carried = await carry(foreign, { from: target, to: staging, tree }, disk)
    if ((await disk.realpath(staging)) !== staging) {
      throw new ExecutionError(
        'PATH_REFUSED',
        `Cannot write to "${target}": a folder above it was replaced`,
      )
    }
    signal?.throwIfAborted()
    return carried
  } catch (error) {
    await discard(staging, disk)
    throw error
  }
}

interface Retirement {
  readonly carried: Carried
  readonly owned: readonly string[]
  readonly force: boolean
  readonly disk: Disk
}

/** The new tree stands: the old one goes, or, if the disk refuses even a second time, goes with the next export. */
async function retire(
  { target, previous }: Places,
  { force, disk, ...known }: Retirement,
): Promise<void> {
  const attempt = async (): Promise<void> => {
    if (!force) await saveLatecomers({ from: previous, to: target }, known, disk)
    await removeTree(previous, disk)
  }
  await attempt().catch(() => attempt().catch(() => undefined))
}

async function discard(staging: string, disk: Disk): Promise<void> {
  const attempt = (): Promise<void> => removeTree(staging, disk)
  await attempt().catch(() => attempt().catch(() => undefined))
}

function reportOf(
  tree: FileTree,
  present: Present,
  { target, force }: { readonly target: string; readonly force: boolean },
): ExportReport {
  const paths = new Set(tree.files.map(({ path }) => path))
  const kept = present.foreign.filter(({ kind }) => kind !== 'folder').map(({ path }) => path)
  return {
    path: target,
    changed: true,
    removed: present.owned.filter(path => !paths.has(path)),
    kept: force ? [] : kept,
  }
}

interface Standing {
  readonly present: Present
  readonly report: ExportReport
  readonly disk: Disk
}

async function isUpToDate(
  tree: FileTree,
  target: string,
  { present, report, disk }: Standing,
): Promise<boolean> {
  const isSameSet = report.removed.length === 0 && report.kept.length === fileCount(present.foreign)
  if (!isSameSet || present.owned.length !== tree.files.length) return false
  for (const file of tree.files) {
    const path = join(target, file.path)
    const { mode } = await disk.lstat(path)
    if ((mode & 0o100) !== (file.executable === true ? 0o100 : 0)) return false
    if (!Buffer.from(file.text).equals(await disk.readFile(path))) return false
  }
  return true
}

function fileCount(entries: Present['foreign']): number {
  return entries.filter(({ kind }) => kind !== 'folder').length
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'your disk quota is used up; free some space',
  EACCES: 'permission denied; give a folder you may write to',
  EPERM: 'permission denied; give a folder you may write to',
  EROFS: 'the file system is read-only; give another folder',
  EMFILE: 'too many open files; close some, or raise the limit',
  ENFILE: 'too many open files; close some, or raise the limit',
  ENAMETOOLONG: 'the path is too long for this file system; give a shorter one',
  ENOTDIR: 'a part of the path is a file; give another folder',
}

function asIoError(error: unknown, folder: string): unknown {
  const code = systemCode(error)
  if (error instanceof ExecutionError || code === '') return error
  const reason = reasons[code] ?? `the system says ${code}`
  return new ExecutionError('IO', `Cannot write to "${folder}": ${reason}`, {
    cause: error,
    details: { systemCode: code },
  })
}
