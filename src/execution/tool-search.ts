/** Finds tools by what they are called and what is said of them, across servers. */
import { type Catalog, createToolSearch, type SearchOptions } from '../catalog/index.ts'
import { nameTools, signatureOf, summaryOf } from '../codegen/index.ts'
import { truncate } from '../text/index.ts'

export interface FoundTool {
  readonly server: string
  readonly tool: string
  readonly typescript_name: string
  readonly description: string
  /** Compact, without comments. */
  readonly signature: string
}

const maxLimit = 100
const maxSignature = 400

export type ToolIndex = (query: string, options?: SearchOptions) => readonly FoundTool[]

/** An index over the tools of these catalogs; best match first, same order every time. */
export function toolIndex(catalogs: readonly Catalog[]): ToolIndex {
  const index = createToolSearch()
  for (const catalog of catalogs) index.add(catalog)
  return (query, { limit = 10, server } = {}) => {
    const bounded = Math.max(1, Math.min(limit, maxLimit))
    const hits = index.search(query, { limit: bounded, ...(server !== undefined && { server }) })
    return hits.flatMap(hit => found(catalogs, hit) ?? [])
  }
}

function found(
  catalogs: readonly Catalog[],
  { server, tool: wireName }: Pick<FoundTool, 'server' | 'tool'>,
): FoundTool | undefined {
  const catalog = catalogs.find(each => each.server.id === server)
  const named = catalog && nameTools(catalog).find(({ tool }) => tool.name === wireName)
  if (named === undefined) return undefined
  const { tool, name } = named
  return {
    server,
    tool: tool.name,
    typescript_name: name,
    description: summaryOf(tool.description ?? tool.title ?? ''),
    signature: truncate(signatureOf(named), maxSignature),
  }
}
