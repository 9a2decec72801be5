/** The same tree inside the sandbox: its bridge is a few lines that ask the host, and its types are without comments. */
import type { Catalog } from '../catalog/index.ts'
import type { ServerId } from '../ids.ts'
import { type NamedTool, nameTools, type ToolLabels } from './named-tool.ts'
import { toolList } from './server-index.ts'
import { quote } from './source.ts'
import { namedTypes } from './tool-module.ts'
import { toolModule } from './tool-module.ts'
import { toolTypes } from './tool-types.ts'

/** Where every server's tree is mounted. */
export const serversMount = '/mcp-tools/servers'

/** The types of `tool()`: the runtime on disk declares the same. */
const bridgeTypes = `type Args<P> = string extends P
  ? [params?: Record<string, never>]
  : {} extends P
    ? [params?: P]
    : [params: P]
/** A tool whose server says nothing of its result: name what you expect, \`await f<Issue[]>(…)\`. */
export type Tool<P> = <R = unknown>(...args: Args<P>) => Promise<R>
export type TypedTool<P, R> = (...args: Args<P>) => Promise<R>
`

/** The sandbox's \`_runtime/mcp-bridge.ts\`: knows its server and its tools' wire names, and calls the host. */
export function sandboxBridge(server: ServerId, tools: readonly NamedTool[]): string {
  const pairs = tools.map(({ file, tool }) => `[${quote(file)},${quote(tool.name)}]`)
  return `${bridgeTypes}
declare function callTool(server: string, tool: string, params: unknown): Promise<unknown>
const wireNames = new Map<string, string>([${pairs.join()}])
export function tool<P = {}>(meta: ImportMeta, file?: string): Tool<P>
export function tool<P, R>(meta: ImportMeta, file?: string): TypedTool<P, R>
export function tool(meta: { url?: string }, name?: string): unknown {
  const file = name ?? (meta.url ?? '').split('/').at(-1) ?? ''
  const wireName = wireNames.get(file) ?? file
  return (params: unknown = {}) => callTool(${JSON.stringify(server)}, wireName, params)
}
`
}

/** Every module a program may import from a server, by absolute virtual path. */
export function sandboxModules(catalog: Catalog, labels?: ToolLabels): ReadonlyMap<string, string> {
  const { id } = catalog.server
  const tools = nameTools(catalog, labels)
  const root = `${serversMount}/${id}`
  const modules = new Map<string, string>()
  for (const named of tools) modules.set(`${root}/${named.file}`, toolModule(named))
  modules.set(`${root}/_tools.ts`, toolList(tools))
  modules.set(`${root}/index.ts`, `export * from './_tools.ts'\n`)
  modules.set(`${root}/_runtime/mcp-bridge.ts`, sandboxBridge(id, tools))
  return modules
}

/**
 * What the type checker reads instead: the same paths, declarations only, and a package for each server's bare name. The
 * text of a tool is a few lines, whatever its descriptions weigh.
 */
export function declarations(catalogs: readonly Catalog[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const catalog of catalogs) {
    const { id } = catalog.server
    const root = `${serversMount}/${id}`
    const tools = nameTools(catalog)
    for (const named of tools) files.set(`${root}/${named.file}`, declaration(named))
    files.set(`${root}/_runtime/mcp-bridge.ts`, sandboxBridge(id, tools))
    files.set(`${root}/_tools.ts`, toolList(tools))
    files.set(`${root}/index.ts`, `export * from './_tools.ts'\n`)
    files.set(`/node_modules/${id}/index.d.ts`, `export * from '${root}/index.ts'\n`)
  }
  return files
}

function declaration(named: NamedTool): string {
  const { params, result, types } = toolTypes(named.tool, { docs: false })
  const type = result === undefined ? `Tool<${params}>` : `TypedTool<${params},${result}>`
  const imported = result === undefined ? 'Tool' : 'TypedTool'
  return `import type { ${imported} } from './_runtime/mcp-bridge.ts'\n${namedTypes(types)}export declare const ${named.name}: ${type}\n`
}
