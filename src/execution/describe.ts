/** What an agent reads before it calls: a server's tools in a line each, or one tool's whole signature. */
import type { Catalog } from '../catalog/index.ts'
import { describe as describeNamed, indexLine, nameTools, serversMount } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { cleanText, didYouMean, maxShownBytes, quoteName, truncateBytes } from '../text/index.ts'

export interface ServerDescription {
  readonly server: string
  readonly name: string
  readonly version: string
  readonly instructions?: string
  readonly tools: readonly {
    readonly tool: string
    readonly typescript_name: string
    readonly line: string
  }[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

export interface ToolDescription {
  readonly server: string
  readonly tool: string
  readonly typescript_name: string
  /** Types and signature; with docs, everything the server says of the tool. */
  readonly signature: string
  /** The module a program imports it from. */
  readonly module: string
}

export function describeServer(catalog: Catalog): ServerDescription {
  const { id, name, title, version, instructions } = catalog.server
  return {
    server: id,
    name: title ?? name,
    version,
    ...(instructions === undefined
      ? {}
      : { instructions: truncateBytes(cleanText(instructions), maxShownBytes) }),
    tools: nameTools(catalog).map(named => ({
      tool: named.tool.name,
      typescript_name: named.name,
      line: indexLine(named),
    })),
    skipped: catalog.skipped,
  }
}

/** Throws TOOL_NOT_FOUND with the nearest name. The TypeScript name of a tool is good enough. */
export function describeTool(catalog: Catalog, tool: string, docs: boolean): ToolDescription {
  const all = nameTools(catalog)
  const named = all.find(each => each.tool.name === tool) ?? all.find(each => each.name === tool)
  const { id } = catalog.server
  const names = all.map(each => each.tool.name)
  if (named === undefined) throw unknownTool(id, tool, names)
  return {
    server: id,
    tool: named.tool.name,
    typescript_name: named.name,
    signature: describeNamed(named, { docs }),
    module: `${serversMount}/${id}/${named.file}`,
  }
}

function unknownTool(server: string, tool: string, known: readonly string[]): ExecutionError {
  const help = didYouMean(tool, known) ?? `see: describe ${server}`
  const how = `server ${quoteName(server)} has no such tool; ${help}`
  return new ExecutionError('TOOL_NOT_FOUND', `Cannot find the tool ${quoteName(tool)}: ${how}`)
}
