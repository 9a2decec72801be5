/** What lies in the target today: ours, to be replaced, and foreign, to be kept. */
import type { Stats } from 'node:fs'
import { join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { type Disk, unless } from './disk.ts'
import { type FileTree, foldersOf } from './tree.ts'
import { type Entry, walk } from './walk.ts'

export interface Present {
  /** The directory itself; undefined where there is none. */
  readonly stats: Stats | undefined
  /** Files of an earlier export. */
  readonly owned: readonly string[]
  /** Everything else, parents first. */
  readonly foreign: readonly Entry[]
}

export interface PresentQuestion {
  readonly target: string
  readonly tree: FileTree
  /** Paths an earlier export wrote there. */
  readonly owned: readonly string[]
  /** Foreign files may be replaced and removed. */
  readonly force: boolean
}

/** Throws PATH_REFUSED where the target is no plain directory, or holds foreign files that the tree cannot live beside. */
export async function lookAt(question: PresentQuestion, disk: Disk): Promise<Present> {
  const { target } = question
  const stats = await unless(['ENOENT'], disk.lstat(target), undefined)
  if (stats === undefined) return { stats, owned: [], foreign: [] }
  if (stats.isSymbolicLink()) throw refused(target, 'it is a symbolic link; give a real folder')
  if (!stats.isDirectory()) throw refused(target, 'it is not a folder; move it away')
  const entries = await walk(target, disk)
  const present = { stats, ...sortOut(entries, question.owned) }
  if (!question.force) refuseMixing(present, question)
  return present
}

function sortOut(
  entries: readonly Entry[],
  ownedPaths: readonly string[],
): Pick<Present, 'owned' | 'foreign'> {
  const ownedFiles = new Set(ownedPaths)
  const ownedFolders = new Set(ownedPaths.flatMap(foldersOf))
  const isOwned = ({ path, kind }: Entry): boolean =>
    kind === 'folder' ? ownedFolders.has(path) : ownedFiles.has(path)
  return {
    owned: entries
      .filter(entry => entry.kind !== 'folder' && isOwned(entry))
      .map(({ path }) => path),
    foreign: entries.filter(entry => !isOwned(entry)),
  }
}

function refuseMixing({ owned, foreign }: Present, { target, tree }: PresentQuestion): void {
  const [first] = foreign
  if (first === undefined) return
  if (owned.length === 0) {
    throw refused(
      target,
      `it holds files of yours ("${first.path}"); give another folder, or --force to replace it`,
    )
  }
  const files = new Set(tree.files.map(({ path }) => path))
  const folders = new Set(tree.folders)
  const inTheWay = foreign.find(
    ({ path, kind }) => files.has(path) || (folders.has(path) && kind !== 'folder'),
  )
  if (inTheWay === undefined) return
  throw refused(
    join(target, inTheWay.path),
    'it is a file of yours; move it away, or --force to replace it',
  )
}

function refused(target: string, why: string): ExecutionError {
  return new ExecutionError('PATH_REFUSED', `Cannot write to "${target}": ${why}`)
}
