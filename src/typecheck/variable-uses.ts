/** What becomes of a variable, from the syntax alone: enough to see that a promise in it is never waited for. */
import { kinds, type SyntaxNode, type SyntaxTree, textOf } from './syntax-tree.ts'

const wrappings = new Set<number>([kinds.parenthesized, kinds.as, kinds.satisfies, kinds.nonNull])
const declaring = new Set<number>([
  kinds.variable,
  kinds.parameter,
  kinds.binding,
  kinds.functionDeclaration,
  kinds.importSpecifier,
])

/** The expression inside brackets and casts. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  const [inner] = node.children
  return wrappings.has(node.kind) && inner !== undefined ? unwrapped(inner) : node
}

/** The outermost brackets and casts around an expression. */
export function wrapped(node: SyntaxNode): SyntaxNode {
  const { parent } = node
  const isInner = parent !== undefined && wrappings.has(parent.kind) && parent.children[0] === node
  return isInner ? wrapped(parent) : node
}

/** What a variable declaration starts with, if with anything. */
export function initializerOf(tree: SyntaxTree, variable: SyntaxNode): SyntaxNode | undefined {
  const last = variable.children.at(-1)
  if (last === undefined || variable.children.length < 2) return undefined
  return /=\s*$/.test(tree.source.slice(variable.start, last.start)) ? last : undefined
}

export interface VariableUses {
  /** Where the only variable of that name is read; undefined where there are several. */
  readonly reads: (name: string) => readonly SyntaxNode[] | undefined
  /** False where nobody who reads it could wait for a promise in it. */
  readonly isSettled: (name: string) => boolean
  /** False where nobody who reads it, but at `except`, could wait for the promises in a list or an object. */
  readonly isSettledInside: (name: string, except: SyntaxNode) => boolean
  /** The only function of the program's own with that name. */
  readonly functionNamed: (name: string) => SyntaxNode | undefined
}

/** Each name is looked at once, however often a program uses it. */
export function variableUses(context: UseContext): VariableUses {
  const reads = remembered(name => readsOf(context.tree, name))
  const settled = remembered(name => reads(name)?.some(read => maySettle(read, context)) ?? true)
  const inside = remembered(
    name => new Set(reads(name)?.filter(read => maySettleMembers(read, context))),
  )
  return {
    reads,
    isSettled: settled,
    isSettledInside: (name, except) => {
      const found = inside(name)
      return reads(name) === undefined || found.size > (found.has(except) ? 1 : 0)
    },
    functionNamed: remembered(name => functionNamed(context.tree, name)),
  }
}

function remembered<Value>(look: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, { readonly value: Value }>()
  return name => {
    const entry = known.get(name) ?? { value: look(name) }
    known.set(name, entry)
    return entry.value
  }
}

function functionNamed(tree: SyntaxTree, name: string): SyntaxNode | undefined {
  const found = (tree.named.get(name) ?? []).flatMap(({ parent }): readonly SyntaxNode[] => {
    if (parent?.kind === kinds.functionDeclaration) return [parent]
    const value = parent?.kind === kinds.variable ? initializerOf(tree, parent) : undefined
    const isFunction =
      value?.kind === kinds.arrowFunction || value?.kind === kinds.functionExpression
    return isFunction ? [value] : []
  })
  return found.length === 1 ? found[0] : undefined
}

function readsOf(tree: SyntaxTree, name: string): readonly SyntaxNode[] | undefined {
  const named = (tree.named.get(name) ?? []).filter(node => !isMember(node))
  if (named.filter(isDeclared).length !== 1) return undefined
  return named.filter(node => !isDeclared(node) && !isAssigned(node))
}

function isDeclared(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent === undefined || !declaring.has(parent.kind)) return false
  const isFunction = parent.kind === kinds.functionDeclaration
  return isFunction ? parent.children.includes(node) : parent.children[0] === node
}

/** The target of `=`. */
export function isAssigned(node: SyntaxNode): boolean {
  const { parent } = node
  return (
    parent?.kind === kinds.binary &&
    parent.children[1]?.kind === kinds.assign &&
    parent.children[0] === node
  )
}

/** A name after a dot, or before a colon. */
function isMember(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent?.kind === kinds.propertyAccess) return parent.children[0] !== node
  return parent?.kind === kinds.propertyAssignment && parent.children[0] === node
}

const looking = new Set<number>([
  kinds.templateSpan,
  kinds.typeOf,
  kinds.prefixUnary,
  kinds.expressionStatement,
  kinds.if,
  kinds.while,
  kinds.do,
  kinds.switch,
])

export interface UseContext {
  readonly tree: SyntaxTree
  /** The block of the program's own statements. */
  readonly body: SyntaxNode
  /** Calls that only look at what they are given. */
  readonly isLooking: (call: SyntaxNode) => boolean
}

/** Whether who reads a variable here could wait for the promise in it, rather than look at it as if it were the value. */
function maySettle(node: SyntaxNode, { tree, isLooking }: UseContext): boolean {
  const outer = wrapped(node)
  const { parent } = outer
  if (parent === undefined || looking.has(parent.kind)) return false
  switch (parent.kind) {
    case kinds.propertyAccess:
      return parent.children[0] !== outer || thenMembers.test(memberOf(tree, parent))
    case kinds.elementAccess:
      return parent.children[0] !== outer
    case kinds.binary:
      return passing.has(parent.children[1]?.kind ?? 0)
    case kinds.call:
      return !isLooking(parent)
    default:
      return true
  }
}

const thenMembers = /^(?:then|catch|finally)$/
const passing = new Set<number>([kinds.and, kinds.or, kinds.nullish, kinds.assign])

/** The name behind the last dot. */
export function memberOf(tree: SyntaxTree, access: SyntaxNode): string {
  const member = access.children.at(-1)
  return member === undefined ? '' : textOf(tree, member)
}

const waiting = new Set<number>([
  kinds.await,
  kinds.yield,
  kinds.variable,
  kinds.forOf,
  kinds.arrowFunction,
])

/** Whoever nests deeper is not looked after. */
const maxLevels = 500

/** Whether who reads a list or an object here could wait for the promises in it. */
function maySettleMembers(node: SyntaxNode, context: UseContext): boolean {
  const { body } = context
  let levels = 0
  for (let at = node; at.parent !== undefined && at.parent !== body; at = at.parent) {
    levels += 1
    if (levels > maxLevels) return true
    if (at.parent.kind === kinds.returnStatement) return functionAround(at, body) !== undefined
    if (takesOver(at.parent, at, context)) return true
  }
  return false
}

function takesOver(user: SyntaxNode, part: SyntaxNode, { tree, isLooking }: UseContext): boolean {
  switch (user.kind) {
    case kinds.call:
      return user.children[0] !== part && !isLooking(user)
    case kinds.propertyAccess:
      return thenMembers.test(memberOf(tree, user))
    case kinds.binary:
      return user.children[1]?.kind === kinds.assign && user.children[2] === part
    default:
      return waiting.has(user.kind)
  }
}

/** The function a node is in, if it is in one of the program's own. */
export function functionAround(node: SyntaxNode, body: SyntaxNode): SyntaxNode | undefined {
  for (let at = node.parent; at !== undefined && at !== body; at = at.parent) {
    if (functionKinds.has(at.kind)) return at
  }
  return undefined
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
