/** Our own rule: a promise whose result is lost or shown as a promise is a forgotten `await`. */
import { placesOf, isLooking } from './promise-places.ts'
import { howLost, type HowLost, isPromise } from './promise-shape.ts'
import { mayHoldPromises } from './promise-sources.ts'
import { keptPromises } from './promise-variables.ts'
import type { SyntaxNode, SyntaxTree } from './syntax-tree.ts'
import { variableUses } from './variable-uses.ts'

export interface LostPromise {
  readonly node: SyntaxNode
  readonly how: HowLost
}

/** What each node's type is, as text. */
export type TypesOf = (nodes: readonly SyntaxNode[]) => Promise<readonly string[]>

/** Promises that nobody awaits. */
export async function lostPromises(
  tree: SyntaxTree,
  body: SyntaxNode,
  typesOf: TypesOf,
): Promise<readonly LostPromise[]> {
  if (!mayHoldPromises(tree, body)) return []
  const uses = variableUses({ tree, body, isLooking: call => isLooking(tree, call) })
  const suspects = tree.nodes.flatMap(node => [
    ...placesOf(tree, node, body),
    ...keptPromises(node, { tree, uses }),
  ])
  const nodes = [...new Set(suspects.flatMap(({ node, unless = node }) => [node, unless]))]
  const types = await typesOf(nodes)
  const typeOf = new Map(nodes.map((node, index) => [node, types[index] ?? '']))
  const lost = new Map<SyntaxNode, LostPromise>()
  for (const { node, loss, unless } of suspects) {
    const how = howLost(loss, typeOf.get(node) ?? '')
    const isSaved = unless !== undefined && isPromise(typeOf.get(unless) ?? '')
    if (how !== undefined && !isSaved) lost.set(node, { node, how })
  }
  return [...lost.values()]
}
