/** A generated tree as the source of a skill: its `_meta.json`, and the tags and types its tool files carry. */
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { parseTreeMeta, type ToolLabels, type ToolMeta, type TreeMeta } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { checkTreePath } from '../files/index.ts'
import { formatBytes, quoteName } from '../text/index.ts'
import type { SkillSource, SkillTool } from './skill-source.ts'
import { parseToolFile, type ToolFile } from './tool-file.ts'

export const defaultMaxToolFiles = 500
export const maxToolFileBytes: number = 1024 * 1024

export interface ScanOptions {
  /** More tool files than this are refused. */
  readonly maxToolFiles?: number
}

/** Reads a server's folder. Throws NOT_FOUND without a tree, VALIDATION over a bound. */
export async function scanTree(dir: string, options: ScanOptions = {}): Promise<SkillSource> {
  const { maxToolFiles = defaultMaxToolFiles } = options
  const meta = await readTreeMeta(dir)
  if (meta.tools.length > maxToolFiles) {
    throw new ExecutionError(
      'VALIDATION',
      `Cannot scan "${dir}": it has ${meta.tools.length} tools; ${maxToolFiles} are the most, or raise it with --max-tools`,
    )
  }
  const tools = await Promise.all(meta.tools.map(tool => scanTool(dir, tool)))
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

/** What `_meta.json` says; throws NOT_FOUND where there is none. */
export async function readTreeMeta(dir: string): Promise<TreeMeta> {
  const text = await readBounded(join(dir, '_meta.json'), 64 * maxToolFileBytes)
  if (text !== undefined) return parseTreeMeta(text)
  const there = await readdir(dir).catch(() => [])
  const help = there.length === 0 ? 'nothing is there' : 'it has no _meta.json'
  throw new ExecutionError(
    'NOT_FOUND',
    `Cannot scan "${dir}": ${help}; run \`mcp-execution generate\` for the server first`,
  )
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

async function scanTool(dir: string, meta: ToolMeta): Promise<SkillTool> {
  const text = await readBounded(join(dir, checkTreePath(meta.file)), maxToolFileBytes)
  if (text === undefined) {
    throw new ExecutionError(
      'NOT_FOUND',
      `Cannot scan the tool ${quoteName(meta.name)}: its file ${quoteName(meta.file)} is gone; generate the server again`,
    )
  }
  return toolOf(meta, parseToolFile(text))
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

/** The text of a plain file; undefined where there is none. */
async function readBounded(path: string, maxBytes: number): Promise<string | undefined> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const { size } = await handle.stat()
    if (size <= maxBytes) return await handle.readFile('utf8')
    throw new ExecutionError(
      'VALIDATION',
      `Cannot scan "${path}": it is over ${formatBytes(maxBytes)}; generate the server again`,
    )
  } finally {
    await handle.close()
  }
}
