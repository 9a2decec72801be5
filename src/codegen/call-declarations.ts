/**
 * What a program is type-checked against: `callTool` for exactly these servers and tools, in one ambient text that a
 * compiler loads at once, and the modules of the sandbox mount as a few words that refer to it.
 */
import type { Catalog } from '../catalog/index.ts'
import { nameTools } from './named-tool.ts'
import { serversMount } from './sandbox-modules.ts'
import { typeNamesOf } from './server-index.ts'
import { quote } from './source.ts'
import { namedTypes } from './tool-module.ts'
import { toolTypes } from './tool-types.ts'

export interface CallDeclarations {
  /** Ambient: no import, no export. */
  readonly text: string
  /** By absolute virtual path. */
  readonly modules: ReadonlyMap<string, string>
}

const callTypes = `type McpArgs<P> = string extends P
  ? [params?: Record<string, never>]
  : {} extends P
    ? [params?: P]
    : [params: P]
type McpTool<P> = <R = unknown>(...args: McpArgs<P>) => Promise<R>
type McpTypedTool<P, R> = (...args: McpArgs<P>) => Promise<R>
type McpCall<S, T> = S extends keyof McpTools ? (T extends keyof McpTools[S] ? McpTools[S][T] : never) : never
/** Names known only while the program runs are left to the bridge, which checks every call. */
type McpIsOpen<S, T> = string extends S ? true : string extends T ? true : false
declare function callTool<S extends string, T extends string>(
  server: string extends S ? S : S extends keyof McpTools ? S : keyof McpTools,
  tool: McpIsOpen<S, T> extends true ? T : S extends keyof McpTools ? (T extends keyof McpTools[S] ? T : keyof McpTools[S]) : T,
  ...params: McpIsOpen<S, T> extends true ? [params?: object] : McpCall<S, T> extends (...args: infer A) => any ? A : never
): McpIsOpen<S, T> extends true ? Promise<unknown> : McpCall<S, T> extends (...args: any) => infer R ? R : never
`

export function callDeclarations(catalogs: readonly Catalog[]): CallDeclarations {
  const modules = new Map<string, string>()
  let types = ''
  let tools = ''
  for (const [index, catalog] of catalogs.entries()) {
    const space = `McpServer${index}`
    const named = nameTools(catalog)
    types += `declare namespace ${space} {\n${named.map(({ tool }, at) => callType(tool, `t${at}`)).join('')}}\n`
    const calls = named.map(({ tool }, at) => `${quote(tool.name)}: ${space}.t${at}.$call\n`)
    tools += `${quote(catalog.server.id)}: {\n${calls.join('')}}\n`
    addModules(modules, catalog)
  }
  return { text: `${callTypes}interface McpTools {\n${tools}}\n${types}`, modules }
}

// Named types are a tool's own: two tools may use one name for two things.
function callType(tool: Parameters<typeof toolTypes>[0], space: string): string {
  const { params, result, types } = toolTypes(tool, { docs: false })
  const call = result === undefined ? `McpTool<${params}>` : `McpTypedTool<${params}, ${result}>`
  return `namespace ${space} {\n${namedTypes(types)}type $call = ${call}\n}\n`
}

function addModules(modules: Map<string, string>, catalog: Catalog): void {
  const { id } = catalog.server
  const named = nameTools(catalog)
  const typeNames = typeNamesOf(named)
  const root = `${serversMount}/${id}`
  let all = ''
  for (const { name, file, tool } of named) {
    const text = `export declare const ${name}: McpTools[${quote(id)}][${quote(tool.name)}]\n`
    const type = typeNames.get(name) ?? name
    modules.set(`${root}/${file}`, text)
    all += `${text}export type ${type}Params = Parameters<typeof ${name}>[0]\n`
    all += `export type ${type}Result = Awaited<ReturnType<typeof ${name}>>\n`
  }
  modules.set(`${root}/index.ts`, all)
  modules.set(`${root}/_tools.ts`, all)
}
