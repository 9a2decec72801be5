/** A program's text as JavaScript with its syntax tree; TypeScript is stripped on the way. */
import { type Program, parse as parseWith, type Token } from 'acorn'

import { stripTypes } from './strip-types.ts'
import { SyntaxProblem } from './syntax-problem.ts'

export interface Parsed {
  readonly code: string
  readonly tree: Program
  readonly tokens: readonly Token[]
  readonly map?: string
  readonly wasTypeScript: boolean
}

/** Parses text that is JavaScript or TypeScript; throws SyntaxProblem. */
export function parse(source: string): Parsed {
  const plain = tryParse(source)
  if (plain !== undefined && !mayBeGeneric(source, plain.tokens)) {
    return { ...plain, code: source, wasTypeScript: false }
  }
  const stripped = stripTypes(source)
  return { ...parseScript(stripped.code), ...stripped, wasTypeScript: true }
}

function tryParse(source: string): Tree | undefined {
  try {
    return parseScript(source)
  } catch {
    return undefined
  }
}

/** `f<T>(x)` is valid JavaScript, and means something else there. */
function mayBeGeneric(source: string, tokens: readonly Token[]): boolean {
  return tokens.some(({ start, end }, index) => {
    if (source[start] !== '>' || source[end - 1] !== '>') return false
    const next = tokens[index + 1]
    return next !== undefined && (source[next.start] === '(' || source[next.start] === '`')
  })
}

type Tree = Pick<Parsed, 'tree' | 'tokens'>

function parseScript(code: string): Tree {
  const tokens: Token[] = []
  try {
    const tree = parseWith(code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
      onToken: tokens,
    })
    return { tree, tokens }
  } catch (error) {
    throw toProblem(error)
  }
}

function toProblem(error: unknown): SyntaxProblem {
  if (!(error instanceof SyntaxError)) {
    return new SyntaxProblem('The program is nested too deep to parse')
  }
  const message = error.message.replace(/ \(\d+:\d+\)$/, '')
  return new SyntaxProblem(message, positionOf(error))
}

function positionOf(error: object): { line: number; column: number } | undefined {
  const { loc }: { loc?: unknown } = error
  if (typeof loc !== 'object' || loc === null) return undefined
  const { line, column }: { line?: unknown; column?: unknown } = loc
  if (typeof line !== 'number' || typeof column !== 'number') return undefined
  return { line, column: column + 1 }
}
