/** Promises that a program keeps and never waits for: in a variable, a list, or what a function of its own is given. */
import type { Suspect } from './promise-shape.ts'
import { kinds, type SyntaxNode, type SyntaxTree, textOf } from './syntax-tree.ts'
import {
  initializerOf,
  isAssigned,
  memberOf,
  unwrapped,
  type VariableUses,
} from './variable-uses.ts'

export interface KeptContext {
  readonly tree: SyntaxTree
  readonly uses: VariableUses
}

export function keptPromises(node: SyntaxNode, context: KeptContext): readonly Suspect[] {
  const { tree } = context
  switch (node.kind) {
    case kinds.variable:
      return inVariable(node, context)
    case kinds.binary: {
      const [target, operator, value] = node.children
      if (target === undefined || value === undefined || operator?.kind !== kinds.assign) return []
      return target.kind === kinds.identifier
        ? assigned(textOf(tree, target), value, context)
        : stored(target, value, context)
    }
    case kinds.call:
      return [...pushed(node, context), ...passed(node, context)]
    default:
      return []
  }
}

function inVariable(node: SyntaxNode, context: KeptContext): readonly Suspect[] {
  const { tree, uses } = context
  const [name] = node.children
  const initializer = initializerOf(tree, node)
  if (name?.kind !== kinds.identifier || initializer === undefined) return []
  const reads = uses.reads(textOf(tree, name))
  const value = unwrapped(initializer)
  if (reads === undefined || !isCandidate(value)) return []
  if (reads.length === 0) return [{ node: value, loss: 'any' }]
  if (reads.every(read => isCounted(tree, read))) return [{ node: value, loss: 'list' }]
  // What has a type of its own is no promise to the compiler, so it finds none of its uses strange.
  const isHidden = node.children.length > 2 || value !== initializer
  if (!isHidden || uses.isSettled(textOf(tree, name))) return []
  return isSaidToBePromise(tree, node, value) ? [] : [{ node: value, loss: 'tested' }]
}

function isCounted(tree: SyntaxTree, { parent }: SyntaxNode): boolean {
  return parent?.kind === kinds.propertyAccess && memberOf(tree, parent) === 'length'
}

/** By what stands around the value: its annotation, or a cast. */
function isSaidToBePromise(tree: SyntaxTree, variable: SyntaxNode, value: SyntaxNode): boolean {
  const { source } = tree
  const around = source.slice(variable.start, value.start) + source.slice(value.end, variable.end)
  return /\bPromise/.test(around)
}

function assigned(name: string, right: SyntaxNode, context: KeptContext): readonly Suspect[] {
  const value = unwrapped(right)
  const isKept = !isCandidate(value) || context.uses.isSettled(name)
  return isKept ? [] : [{ node: value, loss: 'tested' }]
}

/** `list.push(promise)`, `map.set(key, promise)`. */
function pushed(node: SyntaxNode, context: KeptContext): readonly Suspect[] {
  const [callee, ...args] = node.children
  const value = args.at(-1)
  if (callee?.kind !== kinds.propertyAccess || value === undefined) return []
  if (!/^(?:push|unshift|set|add)$/.test(memberOf(context.tree, callee))) return []
  return stored(callee, value, context)
}

function stored(target: SyntaxNode, right: SyntaxNode, context: KeptContext): readonly Suspect[] {
  const { tree, uses } = context
  const [object] = target.children
  const value = unwrapped(right)
  if (object?.kind !== kinds.identifier || !isCandidate(value)) return []
  const isKept = uses.isSettledInside(textOf(tree, object), object)
  return isKept ? [] : [{ node: value, loss: 'tested' }]
}

/** Given to a function of the program that takes anything, and does not wait for it. */
function passed(
  { children: [callee, ...args] }: SyntaxNode,
  context: KeptContext,
): readonly Suspect[] {
  const { tree, uses } = context
  if (callee?.kind !== kinds.identifier) return []
  const called = uses.functionNamed(textOf(tree, callee))
  const parameters = called?.children.filter(({ kind }) => kind === kinds.parameter) ?? []
  return parameters.flatMap((parameter, index): readonly Suspect[] => {
    const arg = args[index]
    const value = arg === undefined ? undefined : unwrapped(arg)
    if (value === undefined || !isCandidate(value)) return []
    const [, name] = /^(\w+)\s*(?::\s*(?:any|unknown)\s*)?$/.exec(textOf(tree, parameter)) ?? []
    const isKept = name === undefined || uses.isSettled(name)
    return isKept ? [] : [{ node: value, loss: 'tested' }]
  })
}

function isCandidate(node: SyntaxNode): boolean {
  const { kind } = node
  return (
    !isAssigned(node) &&
    (kind === kinds.call || kind === kinds.identifier || kind === kinds.propertyAccess)
  )
}
