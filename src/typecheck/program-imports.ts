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
  return tree.nodes
    .filter(node => node.kind === kinds.call)
    .flatMap(node => namedCall(tree, node) ?? [])
}

function namedCall(tree: SyntaxTree, node: SyntaxNode): NamedCall | undefined {
  const [callee, serverNode, toolNode] = node.children
  if (callee === undefined || !isCallTool(tree, callee)) return undefined
  const server = constantOf(tree, serverNode)
  if (server === undefined || serverNode === undefined) return undefined
  const tool = constantOf(tree, toolNode)
  return tool === undefined || toolNode === undefined
    ? { node, server, serverNode }
    : { node, server, serverNode, tool, toolNode }
}

/** By its own name, or by one that `import { callTool as … }` gave it. */
function isCallTool(tree: SyntaxTree, callee: SyntaxNode): boolean {
  const name = textOf(tree, callee)
  if (/^(?:\w+\.)?callTool$/.test(name)) return true
  return tree.nodes.some(({ kind, children: [imported, local] }) => {
    if (kind !== kinds.importSpecifier || imported === undefined) return false
    return (
      textOf(tree, imported) === 'callTool' && local !== undefined && textOf(tree, local) === name
    )
  })
}

/** The text of a literal, or of the only `const` of that name. */
function constantOf(tree: SyntaxTree, node: SyntaxNode | undefined): string | undefined {
  if (node?.kind !== kinds.identifier) return literalOf(tree, node)
  const name = textOf(tree, node)
  const [declared, ...more] = tree.nodes.filter(({ children: [declaredName], kind }) => {
    const declares = kind === kinds.variable || kind === kinds.parameter || kind === kinds.binding
    return declares && declaredName !== undefined && textOf(tree, declaredName) === name
  })
  if (declared?.parent === undefined || more.length > 0) return undefined
  const isConstant = /^const\b/.test(textOf(tree, declared.parent))
  return isConstant && declared.children.length > 1
    ? literalOf(tree, declared.children.at(-1))
    : undefined
}

/** The tool that the smallest tool call around a position calls. */
export function toolAround(
  tree: SyntaxTree,
  position: number,
  declarations: Declarations,
): CheckedTool | undefined {
  const imported = importsOf(tree, declarations)
  return tree.nodes
    .filter(node => node.kind === kinds.call && node.start <= position && position <= node.end)
    .toSorted((a, b) => a.end - a.start - (b.end - b.start))
    .map(node => calledTool(tree, node, { imported, declarations }))
    .find(tool => tool !== undefined)
}

interface Known {
  readonly imported: Imported
  readonly declarations: Declarations
}

function calledTool(
  tree: SyntaxTree,
  node: SyntaxNode,
  { imported, declarations: { tools } }: Known,
): CheckedTool | undefined {
  const named = namedCall(tree, node)
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
  for (const node of tree.nodes) {
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
