/** Ranked search over the tools of many servers: by name, title, description, parameters and labels. */
import MiniSearch from 'minisearch'

import type { ServerId, ToolName } from '../ids.ts'
import type { Catalog, Tool } from './catalog.ts'
import { synonymsOf, wordsOf } from './search-words.ts'

/** What a person or a model has said of a tool beyond its server's own words. */
export interface SearchLabel {
  readonly category?: string
  readonly keywords?: readonly string[]
  readonly shortDescription?: string
}

export interface SearchHit {
  readonly server: ServerId
  readonly tool: ToolName
  /** Comparable within one answer only. */
  readonly score: number
}

export interface SearchOptions {
  /** At most so many hits; default 10. */
  readonly limit?: number
  /** Only this server's tools. */
  readonly server?: string
}

export interface ToolSearch {
  /** Adds a server's tools, in place of those it had before. */
  add(catalog: Catalog, labels?: ReadonlyMap<string, SearchLabel>): void
  remove(server: ServerId): void
  /** The best tools first; equal ones by server and name. Never throws, whatever the query holds. */
  search(query: string, options?: SearchOptions): readonly SearchHit[]
}

interface Entry {
  readonly id: string
  readonly server: ServerId
  readonly tool: ToolName
  readonly name: string
  readonly title: string
  readonly text: string
  readonly params: string
  readonly labels: string
  readonly home: string
}

const fields = ['name', 'title', 'labels', 'text', 'params', 'home'] as const
const boost = { name: 6, title: 3, labels: 3, text: 1, params: 0.4, home: 2 }
const synonymWeight = 0.35
const defaultLimit = 10
const maxQueryWords = 32
const maxParams = 64

/** A search without any server yet. */
export function createToolSearch(): ToolSearch {
  const index = new MiniSearch<Entry>({
    fields: [...fields],
    storeFields: ['server', 'tool', 'name'],
    tokenize: text => (text === '' ? [] : text.split(' ')),
    processTerm: term => term,
  })
  const idsOf = new Map<ServerId, readonly string[]>()
  const remove = (server: ServerId): void => {
    index.discardAll(idsOf.get(server) ?? [])
    idsOf.delete(server)
  }
  return {
    add(catalog, labels = new Map()) {
      const { server, tools } = catalog
      remove(server.id)
      const entries = tools.map(tool => entryOf(catalog, tool, labels.get(tool.name) ?? {}))
      index.addAll(entries)
      idsOf.set(
        server.id,
        entries.map(({ id }) => id),
      )
    },
    remove,
    search: (query, options = {}) => rank(index, query, options),
  }
}

function entryOf(catalog: Catalog, tool: Tool, label: SearchLabel): Entry {
  const { id, name, title = '' } = catalog.server
  return {
    id: `${id}\n${tool.name}`,
    server: id,
    tool: tool.name,
    // A word counts once, however often a name repeats its server's.
    name: [...new Set(wordsOf(tool.name))].join(' '),
    title: words(tool.title ?? tool.annotations?.title ?? ''),
    text: words(`${label.shortDescription ?? ''} ${tool.description ?? ''}`),
    params: words(paramsOf(tool).join(' ')),
    labels: words(`${label.category ?? ''} ${(label.keywords ?? []).join(' ')}`),
    home: words(`${id} ${name} ${title}`),
  }
}

function words(text: string): string {
  return wordsOf(text).join(' ')
}

function paramsOf({ inputSchema }: Tool): readonly string[] {
  const properties = typeof inputSchema === 'object' ? inputSchema['properties'] : undefined
  if (typeof properties !== 'object' || properties === null) return []
  return Object.keys(properties).slice(0, maxParams)
}

function rank(
  index: MiniSearch<Entry>,
  query: string,
  { limit = defaultLimit, server }: SearchOptions,
): readonly SearchHit[] {
  const asked = [...new Set(wordsOf(query))].slice(0, maxQueryWords)
  if (asked.length === 0) return []
  const own = new Set(asked)
  const others = new Set(asked.flatMap(word => synonymsOf(word)).filter(word => !own.has(word)))
  const found = index.search([...asked, ...others].join(' '), {
    boost,
    boostTerm: term => (own.has(term) ? 1 : synonymWeight),
    prefix: term => own.has(term) && term.length >= 3,
    fuzzy: term => (own.has(term) && term.length >= 5 ? 0.2 : false),
    weights: { prefix: 0.4, fuzzy: 0.25 },
    filter: result => server === undefined || result['server'] === server,
  })
  const hits = found.map(({ id, score, queryTerms, ...stored }) => ({
    id: String(id),
    server: asServerId(stored['server']),
    tool: asToolName(stored['tool']),
    score:
      Math.round(score * coverage(asked, queryTerms) * nameBonus(asked, stored['name']) * 1e6) /
      1e6,
  }))
  return hits
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map(({ server: home, tool, score }) => ({ server: home, tool, score }))
}

/** How much of what was asked a tool answers: a quarter of a score for nothing, the whole for every word or one like it. */
function coverage(asked: readonly string[], met: readonly string[]): number {
  const terms = new Set(met)
  const answered = asked.filter(
    word => terms.has(word) || synonymsOf(word).some(other => terms.has(other)),
  )
  return 0.25 + (0.75 * answered.length) / asked.length
}

/** The more of the query stands in the name itself, the better; a tool called exactly what was asked for comes first. */
function nameBonus(asked: readonly string[], name: unknown): number {
  const own = new Set(String(name).split(' '))
  const named = asked.filter(word => own.has(word)).length
  const isExact = named === asked.length && named === own.size
  return 1 + named / asked.length + (isExact ? 1 : 0)
}

// What comes out of the index is what `entryOf` put in.
function asServerId(value: unknown): ServerId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return value as ServerId
}

function asToolName(value: unknown): ToolName {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return value as ToolName
}
