/** A catalog as the tree that goes to disk, and what the tree that is there says of itself. */
import type { Catalog } from '../catalog/index.ts'
import {
  generate,
  parseTreeMeta,
  type SourceFile,
  type ToolLabel,
  type ToolLabels,
  type TreeMeta,
  type TreeMode,
} from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { type FileTree, fileTree } from '../files/index.ts'
import { packageVersion } from '../package-root.ts'
import { runtimeFiles } from '../runtime/index.ts'
import { readTree } from '../trees/index.ts'

export interface TreeWishes {
  readonly mode: TreeMode
  /** Of the server's configured entry, without secrets. */
  readonly configFingerprint: string
  /** How the tools are sorted in; without it, as they were in the tree before. */
  readonly labels?: ToolLabels | undefined
  readonly now: () => number
}

/** The tree for a catalog. Where nothing is new it keeps its date, and so every byte. */
export async function treeFor(
  catalog: Catalog,
  previous: TreeMeta | undefined,
  { mode, configFingerprint, labels = labelsOf(previous), now }: TreeWishes,
): Promise<FileTree> {
  const generator = { name: 'mcp-execution', version: packageVersion() }
  // What skills need is loaded by those who want one.
  const skill = mode === 'skill' ? await import('./generation-skill.ts') : undefined
  const pages = skill?.skillPages(catalog, labels, generatorText(generator)) ?? []
  const extras = [...runtimeFiles(), ...pages]
  const at = (generatedAt: string): readonly SourceFile[] =>
    generate(catalog, { generator, generatedAt, configFingerprint, mode, extras, labels })
  const kept = previous === undefined ? [] : at(previous.generated_at)
  const isSame = previous !== undefined && metaText(kept) === JSON.stringify(previous)
  return fileTree(isSame ? kept : at(new Date(now()).toISOString()))
}

/** What `_meta.json` in a folder says; undefined where there is none of ours. */
export async function readTreeMeta(folder: string): Promise<TreeMeta | undefined> {
  try {
    return (await readTree(folder)).meta
  } catch (error) {
    if (ExecutionError.is(error)) return undefined
    throw error
  }
}

/** `_meta.json` of a tree at hand. */
export function metaOf(tree: FileTree): TreeMeta {
  return parseTreeMeta(textOf(tree.files, '_meta.json'))
}

/** The text of one file; "" where there is none. */
export function textOf(files: FileTree['files'] | readonly SourceFile[], path: string): string {
  return files.find(file => file.path === path)?.text.toString() ?? ''
}

function metaText(files: readonly SourceFile[]): string {
  return JSON.stringify(JSON.parse(textOf(files, '_meta.json')))
}

function generatorText({ name, version }: TreeMeta['generator']): string {
  return `${name} ${version}`
}

function labelsOf(previous: TreeMeta | undefined): ToolLabels {
  return new Map(previous?.tools.map(tool => [tool.name, labelOf(tool)]))
}

function labelOf({ category, keywords, short_description }: TreeMeta['tools'][number]): ToolLabel {
  return {
    ...(category !== undefined && { category }),
    ...(keywords !== undefined && { keywords }),
    ...(short_description !== undefined && { shortDescription: short_description }),
  }
}
