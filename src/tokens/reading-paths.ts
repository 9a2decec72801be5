/** What an agent reads before it can call a server's tools, on each way it may go: measured on the real texts. */
import type { Catalog } from '../catalog/index.ts'
import {
  describe,
  indexLine,
  type NamedTool,
  nameTools,
  type SourceFile,
  toolModule,
} from '../codegen/index.ts'
import type { CountTokens } from './count.ts'

export type ReadingPath =
  | 'tool_list'
  | 'all_tool_files'
  | 'index'
  | 'one_tool_file'
  | 'index_and_one_file'
  | 'search_describe_execute'

export interface PathCost {
  readonly path: ReadingPath
  /** The median over the server's tools, for ways that end at one tool. */
  readonly tokens: number
  readonly least: number
  readonly most: number
  /** Of `tool_list`, the share that is not read; below 0 where more is. */
  readonly saved: number
}

export interface ServerTokens {
  readonly server: string
  readonly tools: number
  readonly paths: readonly PathCost[]
}

export interface MeasureOptions {
  readonly count: CountTokens
  /** The server's generated tree. */
  readonly files: readonly Pick<SourceFile, 'path' | 'text'>[]
  /** What a search for a tool answers. */
  readonly search: (query: string) => string
  /** A program that calls the tool once. */
  readonly program: (named: NamedTool) => string
}

/** Searches are measured for this many tools, spread over the list. */
const maxSearches = 25

export function measureServer(catalog: Catalog, options: MeasureOptions): ServerTokens {
  const { count, files, search, program } = options
  const tools = nameTools(catalog)
  const list = count(toolListText(catalog))
  const index = count(files.find(({ path }) => path === 'index.ts')?.text ?? '')
  const toolFiles = tools.map(named => count(toolModule(named)))
  const searches = spread(tools, maxSearches).map(named => {
    const texts = [search(indexLine(named)), describe(named, { docs: true }), program(named)]
    return texts.reduce((sum, text) => sum + count(text), 0)
  })
  const all = toolFiles.reduce((sum, tokens) => sum + tokens, 0)
  const costs: readonly (readonly [ReadingPath, readonly number[]])[] = [
    ['tool_list', [list]],
    ['all_tool_files', [all]],
    ['index', [index]],
    ['one_tool_file', toolFiles],
    ['index_and_one_file', toolFiles.map(tokens => tokens + index)],
    ['search_describe_execute', searches],
  ]
  return {
    server: catalog.server.id,
    tools: tools.length,
    paths: costs.map(([path, tokens]) => costOf(path, tokens, list)),
  }
}

/** What a client puts into a model's context: name, description and inputSchema of every tool, as compact JSON. */
export function toolListText({ tools }: Pick<Catalog, 'tools'>): string {
  return JSON.stringify(
    tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  )
}

function costOf(path: ReadingPath, tokens: readonly number[], list: number): PathCost {
  const sorted = tokens.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  return {
    path,
    tokens: median,
    least: sorted[0] ?? 0,
    most: sorted.at(-1) ?? 0,
    saved: list === 0 ? 0 : 1 - median / list,
  }
}

function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.max(1, Math.ceil(items.length / most))
  return items.filter((_, index) => index % step === 0)
}
