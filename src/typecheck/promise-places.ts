/** Where in a program a promise would be lost, from its syntax: text, comparisons, statements, and values built from it. */
import { isCallTool } from './program-imports.ts'
import type { Loss, Suspect } from './promise-shape.ts'
import { kinds, type SyntaxNode, type SyntaxTree, textOf } from './syntax-tree.ts'
import { functionAround, memberOf, unwrapped } from './variable-uses.ts'

/** Functions that take anything and would show a promise as `{}` or `[object Promise]`. */
const showing = /^(?:console\.\w+|JSON\.stringify|String|Number|log|setState|structuredClone)$/
/** Functions that take anything and find nothing in a promise. */
const inspecting = /^(?:Object\.(?:keys|values|entries|assign)|Array\.isArray|Boolean)$/
const callingBack = /^(?:forEach|filter|some|every|find|findIndex|findLast|findLastIndex)$/
/** Whether a call only looks at what it is given. */
export function isLooking(tree: SyntaxTree, { children: [callee] }: SyntaxNode): boolean {
  if (callee === undefined) return false
  const name = textOf(tree, callee)
  return showing.test(name) || inspecting.test(name)
}

/** Expressions of one node that must not be promises, or hold any. */
export function placesOf(tree: SyntaxTree, node: SyntaxNode, body: SyntaxNode): readonly Suspect[] {
  return places.get(node.kind)?.(node, { tree, body }) ?? []
}

interface Program {
  readonly tree: SyntaxTree
  readonly body: SyntaxNode
}

type Places = (node: SyntaxNode, program: Program) => readonly Suspect[]

const firstTested: Places = ({ children: [first] }) => suspects('tested', first)
const firstShown: Places = ({ children: [first] }) => shown(first)

const places: ReadonlyMap<number, Places> = new Map<number, Places>([
  [kinds.expressionStatement, inStatement],
  [kinds.templateSpan, firstShown],
  [kinds.throw, firstShown],
  [kinds.spreadAssignment, ({ children: [spread] }) => suspects('result', spread)],
  [kinds.exportAssignment, ({ children: [exported] }) => valueOf(exported)],
  [
    kinds.returnStatement,
    (node, { body }) => (functionAround(node, body) === undefined ? valueOf(node.children[0]) : []),
  ],
  [kinds.call, inCall],
  [kinds.binary, inOperation],
  [
    kinds.prefixUnary,
    (node, { tree }) =>
      textOf(tree, node).startsWith('!') ? suspects('tested', node.children[0]) : [],
  ],
  [kinds.typeOf, firstTested],
  [kinds.while, firstTested],
  [kinds.do, ({ children }) => suspects('tested', children.at(-1))],
  [kinds.forIn, ({ children: [, object] }) => suspects('tested', object)],
  [kinds.await, ({ children: [list] }) => suspects('list', list)],
  [kinds.propertyAccess, inAccess],
  [kinds.elementAccess, inAccess],
])

function suspects(loss: Loss, node: SyntaxNode | undefined): readonly Suspect[] {
  return node === undefined ? [] : outcomes(node).map(outcome => ({ node: outcome, loss }))
}

function inStatement(statement: SyntaxNode, { tree, body }: Program): readonly Suspect[] {
  const [node] = statement.children
  if (isLastOf(body, statement)) return valueOf(node)
  const [callee, ...args] = node?.children ?? []
  if (node?.kind !== kinds.call || callee === undefined) return suspects('result', node)
  const member = memberOf(tree, callee)
  if (member === 'map') return [{ node, loss: 'list' }]
  const isHandedOn = /^(?:then|catch)$/.test(member) && args.every(arg => isGiven(tree, arg))
  return isHandedOn ? [] : suspects('result', node)
}

/** `resolve` and `reject` of a promise that somebody else waits for. */
function isGiven(tree: SyntaxTree, handler: SyntaxNode): boolean {
  return (tree.named.get(textOf(tree, handler)) ?? []).some(name => {
    const kind = name.parent?.kind
    const isParameter = kind === kinds.parameter || kind === kinds.binding
    return isParameter && name.parent?.children[0] === name
  })
}

/** What the program gives back: a promise is awaited, one inside it is not. */
function valueOf(node: SyntaxNode | undefined): readonly Suspect[] {
  if (node === undefined) return []
  return outcomes(node).flatMap((outcome): readonly Suspect[] =>
    isLiteral(outcome) ? membersOf(outcome) : [{ node: outcome, loss: 'members' }],
  )
}

function shown(node: SyntaxNode | undefined): readonly Suspect[] {
  if (node === undefined) return []
  return outcomes(node).flatMap((outcome): readonly Suspect[] =>
    isLiteral(outcome) ? membersOf(outcome) : [{ node: outcome, loss: 'any' }],
  )
}

function isLiteral({ kind }: SyntaxNode): boolean {
  return kind === kinds.arrayLiteral || kind === kinds.objectLiteral
}

/** What an object or array literal holds, at every depth. */
function membersOf({ kind, children }: SyntaxNode): readonly Suspect[] {
  if (kind === kinds.arrayLiteral) return children.flatMap(shown)
  return children.flatMap(member => {
    const holds =
      member.kind === kinds.propertyAssignment || member.kind === kinds.shorthandProperty
    return holds ? shown(member.children.at(-1)) : []
  })
}

function inCall(node: SyntaxNode, { tree }: Program): readonly Suspect[] {
  const [callee, ...args] = node.children
  if (callee === undefined) return []
  const name = textOf(tree, callee)
  if (showing.test(name)) return args.flatMap(shown)
  if (inspecting.test(name)) return args.flatMap(arg => suspects('tested', arg))
  if (isCallTool(name)) return args.filter(isLiteral).flatMap(membersOf)
  if (callee.kind !== kinds.propertyAccess) return []
  const member = memberOf(tree, callee)
  if (member === 'join') return suspects('list', callee.children[0])
  const [callback] = args
  if (!callingBack.test(member) || callback === undefined) return []
  return [{ node: callback, loss: 'callback', unless: node }]
}

type Operands = readonly [left: SyntaxNode, right: SyntaxNode, tree: SyntaxTree]
type Operation = (...operands: Operands) => readonly Suspect[]

function inOperation({ children }: SyntaxNode, { tree }: Program): readonly Suspect[] {
  const [left, operator, right] = children
  if (left === undefined || operator === undefined || right === undefined) return []
  return operations.get(operator.kind)?.(left, right, tree) ?? []
}

const bothShown: Operation = (left, right) => [...shown(left), ...shown(right)]
const leftTested: Operation = left => suspects('tested', left)
/** The compiler minds every comparison but this one. */
const comparedWithNothing: Operation = (left, right, tree) => {
  const isNothing = (node: SyntaxNode): boolean => /^(?:null|undefined)$/.test(textOf(tree, node))
  if (isNothing(right)) return suspects('tested', left)
  return isNothing(left) ? suspects('tested', right) : []
}

const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [kinds.comma, left => suspects('result', left)],
  [kinds.or, leftTested],
  [kinds.nullish, leftTested],
  [kinds.instanceOf, leftTested],
  [kinds.in, (_, right) => suspects('tested', right)],
  [kinds.plusAssign, (_, right) => shown(right)],
  [kinds.plus, bothShown],
  [kinds.minus, bothShown],
  [kinds.times, bothShown],
  [kinds.divide, bothShown],
  [kinds.equal, comparedWithNothing],
  [kinds.notEqual, comparedWithNothing],
  [kinds.strictlyEqual, comparedWithNothing],
  [kinds.strictlyNotEqual, comparedWithNothing],
])

/** `(call() as any).member`: the cast hides from the compiler that there is none. */
function inAccess(node: SyntaxNode, { tree }: Program): readonly Suspect[] {
  const [object] = node.children
  if (object === undefined || /^(?:then|catch|finally)$/.test(memberOf(tree, node))) return []
  const inner = unwrapped(object)
  const isCast =
    inner !== object &&
    /\bas\b|^\(</.test(tree.source.slice(inner.end, object.end) + textOf(tree, object).slice(0, 2))
  return isCast ? suspects('tested', inner) : []
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
      return canBePromise.has(node.kind) || isLiteral(node) ? [node] : []
  }
}

const canBePromise = new Set<number>([
  kinds.call,
  kinds.identifier,
  kinds.propertyAccess,
  kinds.await,
  kinds.nonNull,
])
const choices = new Set<number>([kinds.and, kinds.or, kinds.nullish])

function isChoice(node: SyntaxNode): boolean {
  const operator = node.children.at(-2)?.kind
  return operator !== undefined && choices.has(operator)
}

function isLastOf(body: SyntaxNode, node: SyntaxNode): boolean {
  return body.children.findLast(child => child.kind !== kinds.endOfFile) === node
}
