/** A program or module ready for the engine, and the way back to the positions its author knows. */
import { SourceMap } from 'node:module'

/** Text we put into a line: columns behind it move right. */
export interface Insertion {
  /** 1-based. */
  readonly line: number
  /** 0-based column, in the text handed to the engine. */
  readonly column: number
  readonly length: number
}

export interface Prepared {
  readonly code: string
  readonly insertions: readonly Insertion[]
  /** How many lines of the text are the author's; those behind them are ours. */
  readonly lines: number
  /** Source map of the TypeScript that had to be rewritten (enums, namespaces), as JSON text. */
  readonly map?: string
  /** The default export is called if it is a function: the program exported it by name. */
  readonly callsDefault: boolean
}

/** Where the engine begins a new line; outside of strings it does so at U+2028 and U+2029 too. */
export const lineBreak: RegExp = /\r\n|[\n\r]/

/** Lines the engine may count in a text, at most. */
export function countLines(text: string): number {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).length
}

export interface Position {
  readonly line: number
  readonly column: number
}

/** Where a position of the engine lies in the author's text; both 1-based. */
export function originalPosition(prepared: Prepared, { line, column }: Position): Position {
  let shift = 0
  for (const insertion of prepared.insertions) {
    if (insertion.line === line && insertion.column < column - 1) shift += insertion.length
  }
  const moved = { line, column: Math.max(1, column - shift) }
  return prepared.map === undefined ? moved : mapped(prepared.map, moved)
}

function mapped(map: string, { line, column }: Position): Position {
  const entry = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1)
  if (!('originalLine' in entry)) return { line, column }
  return { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
}

/** A few lines around a position, with a caret below it. */
export function codeFrame(source: string, { line, column }: Position): string {
  const lines = source.split(lineBreak)
  const first = Math.max(1, line - 2)
  const last = Math.min(lines.length, line + 1)
  const width = String(last).length
  const frame: string[] = []
  for (let number = first; number <= last; number += 1) {
    const text = (lines[number - 1] ?? '').slice(0, 200)
    const mark = number === line ? '>' : ' '
    frame.push(`${mark} ${String(number).padStart(width)} | ${text}`.trimEnd())
    if (number === line && column <= 200) {
      const indent = text
        .slice(0, column - 1)
        .replaceAll(/[^\t]/g, ' ')
        .padEnd(column - 1)
      frame.push(`  ${' '.repeat(width)} | ${indent}^`)
    }
  }
  return frame.join('\n')
}
