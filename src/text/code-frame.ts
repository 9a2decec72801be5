/** Shows a place in a program: the line before, the line itself, and carets under it. */

export interface Place {
  /** Both 1-based; columns count UTF-16 units, as compilers do. */
  readonly line: number
  readonly column: number
  /** How many units to underline; at least one caret is drawn. */
  readonly length?: number
}

const maxLineLength = 160

/** A three-line frame with line numbers; long lines are cut around the place, control characters are blanked. */
export function codeFrame(source: string, place: Place): string {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/)
  const text = lines[place.line - 1]
  if (text === undefined) return ''
  const start = Math.max(0, place.column - 1 - maxLineLength / 2)
  const gutter = String(place.line).length
  const before = lines[place.line - 2]
  const shown = [
    ...(before === undefined || before.trim() === ''
      ? []
      : [frameLine(String(place.line - 1).padStart(gutter), before, start)]),
    frameLine(String(place.line), text, start),
    `  ${' '.repeat(gutter)} | ${carets(text, place, start)}`,
  ]
  return shown.join('\n')
}

function frameLine(number: string, text: string, start: number): string {
  const shown = text.slice(start, start + maxLineLength)
  return `  ${number} | ${shown.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')}`.trimEnd()
}

function carets(text: string, { column, length = 1 }: Place, start: number): string {
  const offset = column - 1 - start
  const room = Math.max(1, Math.min(text.length - column + 1, maxLineLength - offset))
  return ' '.repeat(offset) + '^'.repeat(Math.min(Math.max(1, length), room))
}
