/** Whether a program can hold a promise nobody awaits, from its syntax alone: asking for types costs as much as the check. */
import { programGlobals } from './program-globals.ts'
import { kinds, type SyntaxNode, type SyntaxTree, textOf } from './syntax-tree.ts'

/** What can give a promise: what is declared so, and what leads to it. */
const sources = new Set([
  'callTool',
  'Promise',
  'PromiseLike',
  'results',
  'globalThis',
  'AsyncGenerator',
  'AsyncIterable',
  'AsyncIterator',
  'fromAsync',
  ...[...programGlobals.matchAll(/declare function (\w+)[^\n]*: Promise</g)].map(
    ([, name = '']) => name,
  ),
])
const sourceKinds = new Set<number>([kinds.async, kinds.importKeyword])

/** False only where nothing is imported and every source of promises is called and awaited on the spot. */
export function mayHoldPromises(tree: SyntaxTree, body: SyntaxNode): boolean {
  return tree.nodes.some(node => {
    if (node.kind === kinds.importDeclaration) return true
    // What stands around the body is ours.
    if (node.start < body.start || node.end > body.end) return false
    return sourceKinds.has(node.kind) || (isSource(tree, node) && !isAwaited(node))
  })
}

function isSource(tree: SyntaxTree, node: SyntaxNode): boolean {
  if (node.kind !== kinds.identifier) return false
  const name = textOf(tree, node)
  // An identifier may be written with escapes; then it may be any.
  return sources.has(name) || name.includes('\\')
}

/** `await name(…)`, `await name.member(…)`, the call in brackets or not. */
function isAwaited(node: SyntaxNode): boolean {
  let callee = node
  while (callee.parent?.kind === kinds.propertyAccess && callee.parent.children[0] === callee) {
    callee = callee.parent
  }
  const call = callee.parent
  if (call?.kind !== kinds.call || call.children[0] !== callee) return false
  let outer = call.parent
  while (outer?.kind === kinds.parenthesized) outer = outer.parent
  return outer?.kind === kinds.await
}
