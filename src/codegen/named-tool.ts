/** A catalog's tools with the names they have in code, and what an agent or a person has said about them. */
import type { Catalog, Tool } from '../catalog/index.ts'
import { assignNames } from './names.ts'

/** How a tool was sorted in by whoever categorised the server's tools. */
export interface ToolLabel {
  readonly category?: string
  readonly keywords?: readonly string[]
  readonly shortDescription?: string
}

export interface NamedTool {
  readonly tool: Tool
  /** The exported function, and the file's name without ".ts". */
  readonly name: string
  readonly file: string
  readonly label: ToolLabel
}

/** By wire name. */
export type ToolLabels = ReadonlyMap<string, ToolLabel>

/** Every tool of the catalog with its name in code, sorted by wire name. */
export function nameTools(
  { tools }: Pick<Catalog, 'tools'>,
  labels: ToolLabels = new Map(),
): readonly NamedTool[] {
  const names = assignNames(tools.map(tool => tool.name))
  const sorted = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return sorted.map(tool => {
    const name = names.get(tool.name) ?? 'tool_'
    return { tool, name, file: `${name}.ts`, label: labels.get(tool.name) ?? {} }
  })
}
