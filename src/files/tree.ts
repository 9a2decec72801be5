/** A whole directory as data: every file's path, bytes and mode, in one order (the virtual file tree). */
import { ExecutionError } from '../errors.ts'
import { checkTreePath } from './tree-path.ts'

export interface TreeFile {
  /** "/"-separated, relative. */
  readonly path: string
  readonly text: string | Uint8Array
  /** Set on files that can be run by hand. */
  readonly executable?: boolean
}

/** Checked files, sorted by path. Only `fileTree` makes these. */
export interface FileTree {
  readonly files: readonly TreeFile[]
  /** Every directory the files lie in, parents first. */
  readonly folders: readonly string[]
  readonly totalBytes: number
}

/** Throws PATH_REFUSED where a path could leave the tree, or where two files would be one on some file system. */
export function fileTree(files: Iterable<TreeFile>): FileTree {
  const sorted = [...files].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const folders = new Set<string>()
  const seen = new Map<string, string>()
  for (const { path } of sorted) {
    refuseTwin(seen, checkTreePath(path))
    for (const folder of foldersOf(path)) folders.add(folder)
  }
  for (const folder of folders) refuseTwin(seen, folder)
  return {
    files: sorted,
    folders: [...folders].toSorted((a, b) => (a < b ? -1 : 1)),
    totalBytes: sorted.reduce((sum, file) => sum + fileBytes(file), 0),
  }
}

export function fileBytes({ text }: Pick<TreeFile, 'text'>): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength
}

/** Every folder above `path` inside the tree, outermost first: "a/b/c" → "a", "a/b". */
export function foldersOf(path: string): readonly string[] {
  const segments = path.split('/')
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
}

// macOS and Windows fold case, and macOS folds Unicode forms: such twins would overwrite each other there.
function refuseTwin(seen: Map<string, string>, path: string): void {
  const folded = path.normalize('NFC').toLowerCase()
  const twin = seen.get(folded)
  if (twin !== undefined) {
    throw new ExecutionError(
      'PATH_REFUSED',
      `Cannot use the path "${path}": it is the same file as "${twin}" on some systems`,
    )
  }
  seen.set(folded, path)
}
