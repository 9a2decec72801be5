/** Generated trees as they stand on disk: which there are, what their `_meta.json` says, what a file of theirs holds. */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { parseTreeMeta, type TreeMeta } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'

/** No file of a tree we wrote comes near it; what is larger was put there by somebody else (spec §8). */
export const maxTreeFileBytes: number = 1024 * 1024
/** `_meta.json` holds every tool's description. */
const maxMetaBytes: number = 64 * maxTreeFileBytes

export interface GeneratedTree {
  /** Absolute. */
  readonly dir: string
  readonly meta: TreeMeta
}

/** Every readable tree directly below `serversDir`, sorted by folder name; none where the folder does not exist. */
export async function listTrees(serversDir: string): Promise<readonly GeneratedTree[]> {
  const entries = await readdir(serversDir, { withFileTypes: true }).catch(ignoreMissing)
  const folders = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
  const names = folders.map(folder => folder.name).toSorted()
  const trees = await Promise.all(names.map(name => tryTree(join(serversDir, name))))
  return trees.filter(tree => tree !== undefined)
}

/** Throws NOT_FOUND where the folder is no generated tree, SERIALIZATION where its `_meta.json` is none of ours. */
export async function readTree(dir: string): Promise<GeneratedTree> {
  const text = await readBounded(join(dir, '_meta.json'), maxMetaBytes)
  if (text !== undefined) return { dir, meta: parseTreeMeta(text) }
  throw new ExecutionError(
    'NOT_FOUND',
    `Cannot read the tree ${quoteName(dir)}: it has no "_meta.json"; generate the server first`,
  )
}

/** A file of the tree as text; undefined where there is none, where it is a link, over 1 MiB, or outside the tree. */
export async function readTreeFile(
  { dir }: Pick<GeneratedTree, 'dir'>,
  path: string,
): Promise<string | undefined> {
  const segments = path.split('/')
  const leavesTree = segments.some(segment => /^\.{0,2}$|[\0\\]/.test(segment))
  return leavesTree ? undefined : await readBounded(join(dir, ...segments), maxTreeFileBytes)
}

// A folder that is no tree, or a broken one, hides none of the others.
async function tryTree(dir: string): Promise<GeneratedTree | undefined> {
  try {
    return await readTree(dir)
  } catch (error) {
    if (ExecutionError.is(error)) return undefined
    throw error
  }
}

// Opened without following a link and without waiting for the other end of a FIFO.
async function readBounded(file: string, maxBytes: number): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let handle: FileHandle
  try {
    handle = await open(file, flags)
  } catch {
    return undefined
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > maxBytes) return undefined
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

function ignoreMissing(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
  throw error
}
