/** Reads in a type, as the compiler writes it, whether a promise is lost where an expression has it. */
import type { SyntaxNode } from './syntax-tree.ts'

/**
 * What would be lost at a place: the result of a promise, or of one that is nothing but a promise ("tested"); the
 * promises in a list, or in any value ("members"); both ("any"); or what a callback returns.
 */
export type Loss = 'result' | 'tested' | 'list' | 'members' | 'any' | 'callback'

export interface Suspect {
  readonly node: SyntaxNode
  readonly loss: Loss
  /** Nothing is lost where this is a promise. */
  readonly unless?: SyntaxNode
}

export type HowLost = 'itself' | 'inside' | 'callback'

export function howLost(loss: Loss, type: string): HowLost | undefined {
  return losses[loss](type)
}

const losses: Readonly<Record<Loss, (type: string) => HowLost | undefined>> = {
  result: type => (mayBePromise(type) ? 'itself' : undefined),
  tested: type => (isPromise(type) ? 'itself' : undefined),
  list: type => (isListOfPromises(type) ? 'inside' : undefined),
  members: type => (holdsPromises(type) ? 'inside' : undefined),
  any: type => losses.result(type) ?? losses.members(type),
  callback: type => (returnsPromise(type) ? 'callback' : undefined),
}

/** A promise, whatever else it may be. */
function mayBePromise(type: string): boolean {
  return alternatives(plain(type)).some(one => isPromiseText(one))
}

/** A promise and nothing else. */
export function isPromise(type: string): boolean {
  return alternatives(plain(type)).every(one => isPromiseText(one))
}

/** A list or an object, or a promise of one, with promises in it. */
function holdsPromises(type: string): boolean {
  return alternatives(plain(type)).some(one => holds(isPromiseText(one) ? inside(one) : one))
}

function isListOfPromises(type: string): boolean {
  return alternatives(plain(type)).some(one => one.endsWith(']') && holds(one))
}

function returnsPromise(type: string): boolean {
  const text = plain(type)
  const arrow = text.indexOf(arrowSign)
  return arrow >= 0 && mayBePromise(text.slice(arrow + 1).trim())
}

const arrowSign = '\u21D2'

/** Without what only looks like brackets: arrows, and what stands in quotes. */
function plain(type: string): string {
  return type.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll('=>', arrowSign)
}

function isPromiseText(type: string): boolean {
  return /^Promise(?:Like)?<.*>$/s.test(type)
}

function inside(promise: string): string {
  return promise.slice(promise.indexOf('<') + 1, -1)
}

const openers = '<([{'
const closers = '>)]}'

function alternatives(type: string): string[] {
  if (type.includes(arrowSign) && !isPromiseText(type)) return [type]
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < type.length; at += 1) {
    const char = type.charAt(at)
    if (openers.includes(char)) depth += 1
    else if (closers.includes(char)) depth -= 1
    else if (char === '|' && depth === 0) {
      parts.push(type.slice(from, at).trim())
      from = at + 1
    }
  }
  return [...parts, type.slice(from).trim()]
}

/** Promises in lists and objects; those in a `Map` or behind a function are somebody's business. */
function holds(type: string): boolean {
  if (type.includes(arrowSign)) return false
  const open: boolean[] = []
  for (let at = 0; at < type.length; at += 1) {
    const char = type.charAt(at)
    if (openers.includes(char)) open.push(isTransparent(type, at))
    else if (closers.includes(char)) open.pop()
    else if (isPromiseAt(type, at) && open.every(Boolean)) {
      if (open.length > 0 || type.endsWith(']')) return true
    }
  }
  return false
}

function isTransparent(type: string, at: number): boolean {
  return type.charAt(at) !== '<' || /\b(?:Array|Record)$/.test(type.slice(0, at))
}

function isPromiseAt(type: string, at: number): boolean {
  if (type.charAt(at) !== 'P' || !/^Promise(?:Like)?</.test(type.slice(at, at + 12))) return false
  // Neither the end of a longer name nor what a method returns.
  return !/[\w$]$|\):\s*$/.test(type.slice(Math.max(0, at - 3), at))
}
