/** The door of a server's tree: what there is, by category, in a line each; and every tool's types by name. */
import type { Catalog } from '../catalog/index.ts'
import type { NamedTool } from './named-tool.ts'
import { indexLine } from './signature.ts'
import { blockComment, lineComment, quote } from './source.ts'

/** The text of `index.ts`: short, because agents read it first. */
export function serverIndex(catalog: Catalog, tools: readonly NamedTool[]): string {
  const { server } = catalog
  const title = blockComment(
    `${server.title ?? server.name} ${server.version}`.replaceAll('\n', ' '),
  )
  const lines = [`// ${lineComment(title)}: import one tool from './<name>.ts'`]
  for (const [category, members] of byCategory(tools)) {
    if (category !== '') lines.push(`// ## ${lineComment(category)}`)
    for (const named of members) lines.push(`// ${indexLine(named)}`)
  }
  return `${lines.join('\n')}\nexport * from './_tools.ts'\n`
}

/** Categories in alphabetical order, tools without one last. */
export function byCategory(
  tools: readonly NamedTool[],
): readonly (readonly [category: string, tools: readonly NamedTool[]])[] {
  const groups = new Map<string, NamedTool[]>()
  for (const named of tools) {
    const category = named.label.category ?? ''
    const group = groups.get(category)
    if (group) group.push(named)
    else groups.set(category, [named])
  }
  return [...groups].toSorted(([a], [b]) => {
    if (a === '' || b === '') return a === '' ? 1 : -1
    return a < b ? -1 : 1
  })
}

/**
 * The text of `_tools.ts`: every function and its types under their names. A function here makes its call by itself; the
 * files it stands for are named in types only, so that importing one tool loads no other.
 */
export function toolList(tools: readonly NamedTool[]): string {
  const lines = [
    `import { tool } from './_runtime/mcp-bridge.ts'`,
    '',
    // No tool's name begins so.
    'const $at = (file: string): unknown => tool(import.meta, file)',
  ]
  const typeNames = typeNamesOf(tools)
  for (const { name, file } of tools) {
    const type = typeNames.get(name) ?? name
    const module = quote(`./${file}`)
    lines.push(
      `\nexport const ${name} = $at(${quote(file)}) as typeof import(${module}).${name}`,
      `export type ${type}Params = Parameters<typeof ${name}>[0]`,
      `export type ${type}Result = Awaited<ReturnType<typeof ${name}>>`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** `<Camel>` for each name: distinct, though two names may differ in their first letter's case only. */
export function typeNamesOf(tools: readonly NamedTool[]): Map<string, string> {
  const taken = new Set<string>()
  const typeNames = new Map<string, string>()
  for (const { name } of tools) {
    const wanted = /^_\d/.test(name) ? `T${name}` : name.charAt(0).toUpperCase() + name.slice(1)
    let typeName = wanted
    for (let number = 2; taken.has(typeName); number++) typeName = `${wanted}_${number}`
    taken.add(typeName)
    typeNames.set(name, typeName)
  }
  return typeNames
}
