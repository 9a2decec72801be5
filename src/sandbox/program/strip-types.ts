/** TypeScript to JavaScript with every position kept; loaded only for text that is not JavaScript already. */
import { createRequire, SourceMap } from 'node:module'

import { SyntaxProblem } from './syntax-problem.ts'

export interface Stripped {
  readonly code: string
  readonly map?: string
}

type Mode = 'strip-only' | 'transform'

/** How the compiler says no: a plain object is thrown. */
interface Diagnostic {
  readonly message: string
  readonly startLine: number
  readonly startColumn: number
}

const maxReturns = 500
const returnRefused = 'Return statement is not allowed here'

/** Blanks types out; text that needs more (enums, namespaces, `<T>x`) is rewritten and gets a source map. */
export function stripTypes(source: string): Stripped {
  const returns = new MaskedReturns(source)
  const stripped = returns.compile('strip-only')
  if (!isDiagnostic(stripped)) return { code: returns.restore(stripped.code) }
  const rewritten = returns.compile('transform')
  if (isDiagnostic(rewritten)) throw toProblem(stripped)
  return returns.restoreRewritten(rewritten)
}

/**
 * The compiler refuses a `return` outside a function, which programs may have. Each one it complains about becomes a
 * `throw` of the same length, and is put back at the same place afterwards.
 */
class MaskedReturns {
  #source: string
  readonly #places: number[] = []

  constructor(source: string) {
    this.#source = source
  }

  compile(mode: Mode): Stripped | Diagnostic {
    for (;;) {
      const result = compile(this.#source, mode)
      if (!isDiagnostic(result) || !this.#mask(result)) return result
    }
  }

  restore(code: string): string {
    let restored = code
    for (const place of this.#places) restored = replaceAt(restored, place, 'return')
    return restored
  }

  /** In rewritten text the map says which `throw` was which `return`. */
  restoreRewritten({ code, map = '' }: Stripped): Stripped {
    if (this.#places.length === 0) return { code, map }
    const wanted = this.#places.map(place => positionIn(this.#source, place))
    const sourceMap = new SourceMap(JSON.parse(map))
    const lines = code.split('\n').map((text, line) =>
      text.replaceAll(/\bthrow\b|\bvoid 0\b/g, (word, column: number) => {
        const entry = sourceMap.findEntry(line, column)
        if (!('originalLine' in entry) || entry.generatedColumn !== column) return word
        const { originalLine, originalColumn } = entry
        const isReturn = wanted.some(
          place => place.line === originalLine && place.column === originalColumn,
        )
        return isReturn ? 'return' : word
      }),
    )
    return { code: lines.join('\n'), map }
  }

  #mask(diagnostic: Diagnostic): boolean {
    if (diagnostic.message !== returnRefused || this.#places.length >= maxReturns) return false
    const place = findReturn(this.#source, diagnostic)
    if (place === undefined) return false
    const hasValue = !/^return[^\S\n]*(?:[;}]|\n|$|\/[/*])/.test(this.#source.slice(place))
    this.#source = replaceAt(this.#source, place, hasValue ? 'throw ' : 'void 0')
    this.#places.push(place)
    return true
  }
}

/** Both from zero, in units of 16 bits, as in the compiler's maps. */
function positionIn(source: string, place: number): { line: number; column: number } {
  const before = source.slice(0, place)
  return { line: before.split('\n').length - 1, column: place - before.lastIndexOf('\n') - 1 }
}

function replaceAt(text: string, at: number, replacement: string): string {
  return text.slice(0, at) + replacement + text.slice(at + replacement.length)
}

/** The `return` of that line nearest to where the compiler saw it: its columns count wide characters differently. */
function findReturn(source: string, { startLine, startColumn }: Diagnostic): number | undefined {
  const lines = source.split('\n')
  const lineStart = lines.slice(0, startLine - 1).reduce((sum, line) => sum + line.length + 1, 0)
  const found = [...(lines[startLine - 1] ?? '').matchAll(/\breturn\b/g)]
  const byDistance = found.toSorted(
    (a, b) => Math.abs(a.index - startColumn) - Math.abs(b.index - startColumn),
  )
  const [nearest] = byDistance
  return nearest === undefined ? undefined : lineStart + nearest.index
}

function compile(source: string, mode: Mode): Stripped | Diagnostic {
  try {
    const { code, map } = stripper().transformSync(source, {
      mode,
      module: true,
      sourceMap: mode === 'transform',
    })
    return map === undefined ? { code } : { code, map }
  } catch (error) {
    if (isDiagnostic(error)) return error
    throw new SyntaxProblem('The program is nested too deep or too large to parse', undefined, true)
  }
}

interface Stripper {
  transformSync(
    source: string,
    options: { readonly mode: Mode; readonly module: true; readonly sourceMap: boolean },
  ): { readonly code: string; readonly map?: string }
}

function stripper(): Stripper {
  // Node keeps the module after the first time.
  const loaded: unknown = createRequire(import.meta.url)('@swc/wasm-typescript')
  if (!isStripper(loaded)) throw new SyntaxProblem('The TypeScript stripper cannot be loaded')
  return loaded
}

function isStripper(value: unknown): value is Stripper {
  return typeof value === 'object' && value !== null && 'transformSync' in value
}

function isDiagnostic(value: unknown): value is Diagnostic {
  return typeof value === 'object' && value !== null && 'startLine' in value && 'message' in value
}

function toProblem({ message, startLine, startColumn }: Diagnostic): SyntaxProblem {
  return new SyntaxProblem(message, { line: startLine, column: startColumn + 1 })
}
