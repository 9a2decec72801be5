/** Whether a generated tree still says what its live server says (contract §5, `generate --check`). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { TreeMeta } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import type { FileTree } from '../files/index.ts'
import { textOf } from './generation-tree.ts'
import type { Planned } from './generation.ts'
import { lineDiff } from './line-diff.ts'

export interface ChangedTool {
  readonly name: string
  readonly file: string
  /** Of the tool's file: lines that start with "- ", "+ " or two blanks. */
  readonly diff: readonly string[]
}

export interface Drift {
  /** False where generating again would change nothing that an agent reads. */
  readonly drifted: boolean
  /** Wire names. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly ChangedTool[]
  /** What the server says of itself as a whole, where that changed. */
  readonly instructionsChanged: boolean
  /** Files that are not as they were generated. */
  readonly files: readonly { readonly path: string; readonly state: 'edited' | 'missing' }[]
  /** True but harmless: a new version of the server with the same tools. */
  readonly notes: readonly string[]
}

/** Throws NOT_FOUND where nothing was generated yet. */
export async function checkTree({ folder, tree, meta, previous }: Planned): Promise<Drift> {
  if (previous === undefined) {
    throw new ExecutionError(
      'NOT_FOUND',
      `Cannot check "${folder}": no tree was generated there; run: mcp-execution generate ${meta.server.id}`,
    )
  }
  const before = new Map(previous.tools.map(tool => [tool.name, tool]))
  const after = new Map(meta.tools.map(tool => [tool.name, tool]))
  const added = [...after.keys()].filter(name => !before.has(name))
  const removed = [...before.keys()].filter(name => !after.has(name))
  const stale = meta.tools.filter(
    tool => (before.get(tool.name)?.digest ?? tool.digest) !== tool.digest,
  )
  const changed = await Promise.all(
    stale.map(async ({ name, file }) => {
      const old = await readText(folder, before.get(name)?.file ?? file)
      return { name, file, diff: lineDiff(old ?? '', textOf(tree.files, file)) }
    }),
  )
  const instructionsChanged = meta.server.instructions !== previous.server.instructions
  const files = await differingFiles(
    { folder, tree, meta, previous },
    new Set(stale.map(({ file }) => file)),
  )
  const counts = [added, removed, changed, files].map(list => list.length)
  return {
    drifted: instructionsChanged || counts.some(count => count > 0),
    added,
    removed,
    changed,
    instructionsChanged,
    files,
    notes: notesOn(previous, meta),
  }
}

/** Edited or deleted by hand. Files follow the server's tools, so they are compared only where those are the same. */
async function differingFiles(
  {
    folder,
    tree,
    meta,
    previous,
  }: Pick<Planned, 'folder' | 'meta'> & { readonly tree: FileTree; readonly previous: TreeMeta },
  explained: ReadonlySet<string>,
): Promise<Drift['files']> {
  const isComparable = meta.generator.version === previous.generator.version
  const isSame = meta.catalog_digest === previous.catalog_digest
  const differing: { path: string; state: 'edited' | 'missing' }[] = []
  for (const { path, text } of tree.files) {
    if (!previous.files.includes(path) || explained.has(path)) continue
    const found = await readText(folder, path)
    const isOfTool = meta.tools.some(tool => tool.file === path)
    if (found === undefined) differing.push({ path, state: 'missing' })
    else if (
      isComparable &&
      (isSame || isOfTool) &&
      path !== '_meta.json' &&
      found !== text.toString()
    ) {
      differing.push({ path, state: 'edited' })
    }
  }
  return differing
}

function notesOn(previous: TreeMeta, meta: TreeMeta): readonly string[] {
  const notes: string[] = []
  const note = (what: string, before: string, after: string): void => {
    if (before !== after) notes.push(`${what} ${before} is now ${after}`)
  }
  note('server version', previous.server.version, meta.server.version)
  note('generator version', previous.generator.version, meta.generator.version)
  return notes
}

async function readText(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, path), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
