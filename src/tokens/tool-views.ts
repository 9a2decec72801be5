/** What one tool costs a model's context in each view of it: the file, the descriptions, the index line. */
import type { Catalog } from '../catalog/index.ts'
import { describe, indexLine, type NamedTool, nameTools, toolModule } from '../codegen/index.ts'
import { type CountTokens, openTokenizer } from './count.ts'

/** The views of a tool, from the file on disk to its line in the index. */
const toolViews = ['file', 'describe', 'compact', 'index'] as const
export type ToolView = (typeof toolViews)[number]

/** One tool: what a client would put in context for it, and what each view costs instead. */
export interface ToolTokens {
  readonly name: string
  /** `{name, description, inputSchema}` as compact JSON. */
  readonly listed: number
  readonly views: Readonly<Record<ToolView, number>>
}

export interface ViewTokens {
  readonly view: ToolView
  readonly tokens: number
  /** Against the list: of the sums, and the median of the tools' own ratios. */
  readonly ratio: number
  readonly medianRatio: number
}

export interface ViewReport {
  readonly toolCount: number
  /** The whole list, as a client without us loads it. */
  readonly listed: number
  readonly views: readonly ViewTokens[]
}

/** Counts every tool of a catalog in every view. */
export async function measureViews(catalog: Catalog): Promise<readonly ToolTokens[]> {
  const count = await openTokenizer()
  return nameTools(catalog).map(named => toolTokens(named, count))
}

/** The report of any number of tools, of one server or many. */
export function summarizeViews(tools: readonly ToolTokens[]): ViewReport {
  const listed = sum(tools.map(tool => tool.listed))
  return {
    toolCount: tools.length,
    listed,
    views: toolViews.map(view => {
      const tokens = sum(tools.map(tool => tool.views[view]))
      const medianRatio = median(tools.map(tool => tool.views[view] / tool.listed))
      return { view, tokens, ratio: listed === 0 ? 0 : tokens / listed, medianRatio }
    }),
  }
}

function toolTokens(named: NamedTool, count: CountTokens): ToolTokens {
  const { name, description, inputSchema } = named.tool
  return {
    name,
    listed: count(JSON.stringify({ name, description, inputSchema })),
    views: {
      file: count(toolModule(named)),
      describe: count(describe(named, { docs: true })),
      compact: count(describe(named, { docs: false })),
      index: count(`${indexLine(named)}\n`),
    },
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
