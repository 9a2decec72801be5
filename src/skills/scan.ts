/** A generated tree as the source of a skill: its `_meta.json`, and the tags and types its tool files carry. */
import type { ToolLabels, ToolMeta } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'
import { type GeneratedTree, readTree, readTreeFile } from '../trees/index.ts'
import type { SkillSource, SkillTool } from './skill-source.ts'
import { parseToolFile, type ToolFile } from './tool-file.ts'

const defaultMaxToolFiles = 500

export interface ScanOptions {
  /** More tool files than this are refused. */
  readonly maxToolFiles?: number
}

/** Reads a server's folder. Throws NOT_FOUND without a tree, VALIDATION over a bound. */
export async function scanTree(dir: string, options: ScanOptions = {}): Promise<SkillSource> {
  const { maxToolFiles = defaultMaxToolFiles } = options
  const tree = await readTree(dir)
  const { meta } = tree
  if (meta.tools.length > maxToolFiles) {
    throw new ExecutionError(
      'VALIDATION',
      `Cannot scan "${dir}": it has ${meta.tools.length} tools; ${maxToolFiles} are the most, or raise it with --max-tools`,
    )
  }
  const tools = await Promise.all(meta.tools.map(tool => scanTool(tree, tool)))
  const { id, name, title, version, protocol_version, instructions } = meta.server
  return {
    server: {
      id,
      name,
      version,
      protocolVersion: protocol_version,
      ...(title !== undefined && { title }),
      ...(instructions !== undefined && { instructions }),
    },
    tools: tools.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** How a source's tools were sorted in, for making its catalog's skill. */
export function labelsOf({ tools }: SkillSource): ToolLabels {
  return new Map(
    tools.map(({ name, category, keywords, summary }) => [
      name,
      {
        keywords,
        ...(category !== undefined && { category }),
        ...(summary !== undefined && { shortDescription: summary }),
      },
    ]),
  )
}

async function scanTool(tree: GeneratedTree, meta: ToolMeta): Promise<SkillTool> {
  const text = await readTreeFile(tree, meta.file)
  if (text !== undefined) return toolOf(meta, parseToolFile(text))
  throw new ExecutionError(
    'NOT_FOUND',
    `Cannot scan the tool ${quoteName(meta.name)}: its file ${quoteName(meta.file)} is gone or over 1 MiB; generate the server again`,
  )
}

// The tags of a file count where `_meta.json` is silent: a person may have written them.
function toolOf(meta: ToolMeta, file: ToolFile): SkillTool {
  const description = meta.description ?? meta.title ?? file.description
  const category = meta.category ?? file.category
  return {
    name: meta.name,
    typescriptName: meta.typescript_name,
    file: meta.file,
    digest: meta.digest,
    ...(description !== undefined && { description }),
    ...(category !== undefined && { category }),
    ...(meta.short_description !== undefined && { summary: meta.short_description }),
    keywords: meta.keywords ?? file.keywords,
    signature: file.signature,
    readOnly: meta.annotations?.readOnlyHint === true,
    destructive: meta.annotations?.destructiveHint === true,
  }
}
