/** Which tool a call in a program means: by `callTool`'s literals, or by what was imported from a generated module. */
import type { CheckedTool, Declarations } from './declarations.ts'
import { kinds, literalOf, type SyntaxNode, type SyntaxTree, textOf } from './syntax-tree.ts'

/** Local name → server and exported name; no exported name for `import * as`. */
type Imported = ReadonlyMap<string, { readonly server: string; readonly exported?: string }>

export interface NamedCall {
  readonly node: SyntaxNode
  readonly server: string
  readonly serverNode: SyntaxNode
  readonly tool?: string
  readonly toolNode?: SyntaxNode
}

/** The server a module specifier leads to. */
export function serverOfModule(specifier: string, { servers }: Declarations): string | undefined {
  const [, folder] = /^\/mcp-tools\/servers\/([^/]+)\//.exec(specifier) ?? []
  return servers.find(server => server === (folder ?? specifier))
}

/** `callTool('server', 'tool', …)` calls that spell out the server, on the spot or as a constant. */
export function namedCalls(tree: SyntaxTree): NamedCall[] {
  const names = callNames(tree)
  return tree.nodes
    .filter(node => node.kind === kinds.call)
    .flatMap(node => namedCall(tree, node, names) ?? [])
}

/** What a program calls `callTool`, and which names of its own stand for texts. */
interface CallNames {
  readonly aliases: ReadonlySet<string>
  readonly constants: ReadonlyMap<string, string>
}

function callNames(tree: SyntaxTree): CallNames {
  const aliases = (tree.named.get('callTool') ?? []).flatMap(({ parent }) => {
    const local = parent?.kind === kinds.importSpecifier ? parent.children[1] : undefined
    return local === undefined ? [] : [textOf(tree, local)]
  })
  return { aliases: new Set(aliases), constants: constantsOf(tree) }
}

const declaring = new Set<number>([kinds.variable, kinds.parameter, kinds.binding])

/** Names that are declared once, by `const`, as a literal. */
function constantsOf(tree: SyntaxTree): Map<string, string> {
  const constants = new Map<string, string>()
  const declared = new Set<string>()
  for (const node of tree.nodes) {
    const [nameNode] = node.children
    if (nameNode?.kind !== kinds.identifier || !declaring.has(node.kind)) continue
    const name = textOf(tree, nameNode)
    const list = node.parent
    const isConstant = list !== undefined && tree.source.startsWith('const', list.start)
    const text = node.children.length > 1 ? literalOf(tree, node.children.at(-1)) : undefined
    if (declared.has(name)) constants.delete(name)
    else if (isConstant && text !== undefined) constants.set(name, text)
    declared.add(name)
  }
  return constants
}

function namedCall(
  tree: SyntaxTree,
  node: SyntaxNode,
  { aliases, constants }: CallNames,
): NamedCall | undefined {
  const [callee, serverNode, toolNode] = node.children
  if (callee === undefined) return undefined
  if (!isCallTool(textOf(tree, callee), aliases)) return undefined
  const textIn = (place: SyntaxNode | undefined): string | undefined =>
    place?.kind === kinds.identifier ? constants.get(textOf(tree, place)) : literalOf(tree, place)
  const server = textIn(serverNode)
  if (server === undefined || serverNode === undefined) return undefined
  const tool = textIn(toolNode)
  return tool === undefined || toolNode === undefined
    ? { node, server, serverNode }
    : { node, server, serverNode, tool, toolNode }
}

/** By its own name, or by one of those that the program gave it. */
export function isCallTool(name: string, aliases?: ReadonlySet<string>): boolean {
  return /^(?:\w+\.)?callTool$/.test(name) || aliases?.has(name) === true
}

/** The tool that the smallest tool call around a position calls. */
export function toolAround(
  tree: SyntaxTree,
  position: number,
  declarations: Declarations,
): CheckedTool | undefined {
  const imported = importsOf(tree, declarations)
  const names = callNames(tree)
  return tree.nodes
    .filter(node => node.kind === kinds.call && node.start <= position && position <= node.end)
    .toSorted((a, b) => a.end - a.start - (b.end - b.start))
    .map(node => calledTool(tree, node, { imported, names, declarations }))
    .find(tool => tool !== undefined)
}

/** Every call of `callTool`, and of what was imported from a server. */
export function toolCalls(tree: SyntaxTree, declarations: Declarations): readonly SyntaxNode[] {
  const imported = importsOf(tree, declarations)
  const { aliases } = callNames(tree)
  return tree.nodes.filter(({ kind, children: [callee] }) => {
    if (kind !== kinds.call || callee === undefined) return false
    const name = textOf(tree, callee)
    return isCallTool(name, aliases) || imported.has(name.split('.')[0] ?? '')
  })
}

interface Known {
  readonly imported: Imported
  readonly names: CallNames
  readonly declarations: Declarations
}

function calledTool(
  tree: SyntaxTree,
  node: SyntaxNode,
  { imported, names, declarations: { tools } }: Known,
): CheckedTool | undefined {
  const named = namedCall(tree, node, names)
  if (named !== undefined) {
    return tools.find(({ server, tool }) => server === named.server && tool === named.tool)
  }
  const [callee] = node.children
  if (callee === undefined) return undefined
  const [local = '', member] = textOf(tree, callee).split('.')
  const from = imported.get(local)
  const exported = from?.exported ?? member
  return tools.find(
    ({ server, typescriptName }) => server === from?.server && typescriptName === exported,
  )
}

function importsOf(tree: SyntaxTree, declarations: Declarations): Imported {
  const imported = new Map<string, { server: string; exported?: string }>()
  const names = tree.nodes.filter(
    ({ kind }) => kind === kinds.namespaceImport || kind === kinds.importSpecifier,
  )
  for (const node of names) {
    const declaration = ancestor(node, kinds.importDeclaration)
    const specifier = literalOf(tree, declaration?.children.at(-1))
    const server = specifier === undefined ? undefined : serverOfModule(specifier, declarations)
    const [first, second = first] = node.children
    if (server === undefined || first === undefined || second === undefined) continue
    if (node.kind === kinds.namespaceImport) imported.set(textOf(tree, first), { server })
    if (node.kind === kinds.importSpecifier) {
      imported.set(textOf(tree, second), { server, exported: textOf(tree, first) })
    }
  }
  return imported
}

function ancestor(node: SyntaxNode, kind: number): SyntaxNode | undefined {
  let at = node.parent
  while (at !== undefined && at.kind !== kind) at = at.parent
  return at
}
