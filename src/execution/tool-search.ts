/** Finds tools by what they are called and what is said of them, across servers. */
import MiniSearch from 'minisearch'

import type { Catalog } from '../catalog/index.ts'
import { type NamedTool, nameTools, signatureOf, summaryOf } from '../codegen/index.ts'
import { truncate } from '../text/index.ts'

export interface FoundTool {
  readonly server: string
  readonly tool: string
  readonly typescript_name: string
  readonly description: string
  /** Compact, without comments. */
  readonly signature: string
}

export interface SearchOptions {
  /** Default 10, at most 100. */
  readonly limit?: number
  /** Only this server's tools. */
  readonly server?: string
}

const defaultLimit = 10
const maxLimit = 100
const maxSignature = 400
const searchedText = 4000

interface Entry {
  readonly id: number
  readonly server: string
  readonly name: string
  readonly title: string
  readonly description: string
  readonly parameters: string
  readonly named: NamedTool
}

export type ToolIndex = (query: string, options?: SearchOptions) => readonly FoundTool[]

/** An index over the tools of these catalogs; best match first, same order every time. */
export function toolIndex(catalogs: readonly Catalog[]): ToolIndex {
  const entries = catalogs
    .flatMap(catalog => nameTools(catalog).map(named => ({ server: catalog.server.id, named })))
    .map(toEntry)
  const index = new MiniSearch<Entry>({
    fields: ['name', 'title', 'description', 'parameters', 'server'],
    tokenize: text => words(text),
    searchOptions: {
      boost: { name: 4, title: 3, server: 2, parameters: 0.5 },
      prefix: term => term.length > 2,
      fuzzy: term => (term.length > 4 ? 0.2 : false),
    },
  })
  index.addAll(entries)
  return (query, { limit = defaultLimit, server } = {}) => {
    const asked = words(query)
    const ids =
      asked.length === 0
        ? entries.map(({ id }) => id)
        : index.search(query).map(found => Number(found.id))
    return ids
      .map(id => entries[id])
      .filter(entry => entry !== undefined)
      .filter(entry => server === undefined || entry.server === server)
      .slice(0, Math.max(1, Math.min(limit, maxLimit)))
      .map(toFound)
  }
}

function toEntry(
  { server, named }: { readonly server: string; readonly named: NamedTool },
  id: number,
): Entry {
  const { name, title = '', description = '', inputSchema } = named.tool
  return {
    id,
    server,
    name: `${name} ${named.label.keywords?.join(' ') ?? ''}`,
    title,
    description: description.slice(0, searchedText),
    parameters: parameterNames(inputSchema).join(' '),
    named,
  }
}

function parameterNames(schema: unknown): string[] {
  const properties: unknown =
    typeof schema === 'object' && schema !== null && 'properties' in schema ? schema.properties : {}
  return Object.keys(Object(properties)).slice(0, 100)
}

/** Words in lower case, names taken apart: "create_issue" and "createIssue" are both "create" and "issue". */
function words(text: string): string[] {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

function toFound({ server, named }: Entry): FoundTool {
  const { tool, name } = named
  return {
    server,
    tool: tool.name,
    typescript_name: name,
    description: summaryOf(tool.description ?? tool.title ?? ''),
    signature: truncate(signatureOf(named), maxSignature),
  }
}
