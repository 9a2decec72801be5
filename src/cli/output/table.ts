/** Columns for people: padded with spaces, the last one left ragged. */
import { stripVTControlCharacters } from 'node:util'

export function table(rows: readonly (readonly string[])[], gap = 2): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, width(cell))
    }
  }
  return rows.map(row => line(row, widths, gap)).join('\n')
}

function line(row: readonly string[], widths: readonly number[], gap: number): string {
  return row
    .map((cell, column) => {
      const last = column === row.length - 1
      return last ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell) + gap)
    })
    .join('')
    .trimEnd()
}

function width(cell: string): number {
  return [...stripVTControlCharacters(cell)].length
}
