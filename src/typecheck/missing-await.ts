/** Our own rule: a promise whose result is lost or shown as a promise is a forgotten `await`. */
import { mayHoldPromises } from './promise-sources.ts'
import { kinds, type SyntaxNode, type SyntaxTree, textOf } from './syntax-tree.ts'

/** Functions that take anything and would show a promise as `{}` or `[object Promise]`. */
const showing = /^(?:console\.\w+|JSON\.stringify|String|Number|log|setState|structuredClone)$/

/**
 * The expressions that must not be promises: statements nobody waits for, text and values built from them. The program's
 * last statement is its value, which the sandbox awaits.
 */
export function awaitedPlaces(tree: SyntaxTree, body: SyntaxNode): SyntaxNode[] {
  if (!mayHoldPromises(tree, body)) return []
  return tree.nodes
    .flatMap(node => places(tree, node, body))
    .flatMap(outcomes)
    .filter(node => canBePromise.has(node.kind))
}

const canBePromise = new Set<number>([kinds.call, kinds.identifier, kinds.propertyAccess])

function places(tree: SyntaxTree, node: SyntaxNode, body: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case kinds.expressionStatement:
      return isLastOf(body, node) ? node.children.flatMap(membersOf) : node.children
    case kinds.templateSpan:
      return node.children.slice(0, 1)
    case kinds.spreadAssignment:
      return node.children
    case kinds.exportAssignment:
      return node.children.flatMap(membersOf)
    case kinds.returnStatement:
      return isInFunction(node, body) ? [] : node.children.flatMap(membersOf)
    case kinds.call:
      return shows(tree, node) ? node.children.slice(1).flatMap(shown) : []
    default:
      return []
  }
}

function shows(tree: SyntaxTree, { children: [callee] }: SyntaxNode): boolean {
  return callee !== undefined && showing.test(textOf(tree, callee))
}

function shown(node: SyntaxNode): readonly SyntaxNode[] {
  return [node, ...membersOf(node)]
}

/** What an object or array literal holds, at every depth. */
function membersOf(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case kinds.parenthesized:
      return node.children.flatMap(membersOf)
    case kinds.arrayLiteral:
      return node.children.flatMap(shown)
    case kinds.objectLiteral:
      return node.children.flatMap(member => {
        const value = member.children.at(-1)
        const holds =
          member.kind === kinds.propertyAssignment || member.kind === kinds.shorthandProperty
        return holds && value !== undefined ? shown(value) : []
      })
    default:
      return []
  }
}

/** The parts an expression's value can come from: both sides of `??`, the last of `&&`, inside brackets. */
function outcomes(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case kinds.parenthesized:
      return node.children.flatMap(outcomes)
    case kinds.conditional:
      return [node.children[2], node.children[4]]
        .filter(child => child !== undefined)
        .flatMap(outcomes)
    case kinds.binary:
      return isChoice(node) ? node.children.slice(-1).flatMap(outcomes) : []
    default:
      return [node]
  }
}

const choices = new Set<number>([kinds.and, kinds.or, kinds.nullish])

function isChoice(node: SyntaxNode): boolean {
  const operator = node.children.at(-2)?.kind
  return operator !== undefined && choices.has(operator)
}

function isLastOf(body: SyntaxNode, node: SyntaxNode): boolean {
  return body.children.findLast(child => child.kind !== kinds.endOfFile) === node
}

function isInFunction(node: SyntaxNode, body: SyntaxNode): boolean {
  for (let at = node.parent; at !== undefined && at !== body; at = at.parent) {
    if (functionKinds.has(at.kind)) return true
  }
  return false
}

const functionKinds = new Set<number>([
  kinds.functionDeclaration,
  kinds.functionExpression,
  kinds.arrowFunction,
  kinds.method,
  kinds.constructor,
  kinds.getter,
  kinds.setter,
])
