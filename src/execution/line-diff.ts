/** What changed between two texts, line by line: "- gone", "+ new", "  around". */

/** Longer texts are not compared line by line: the table grows with the product of their lengths. */
const maxLines = 600
const around = 1

export function lineDiff(before: string, after: string): readonly string[] {
  const a = before.split('\n')
  const b = after.split('\n')
  const isLong = a.length > maxLines || b.length > maxLines
  if (isLong) return [`- ${a.length} lines`, `+ ${b.length} lines`]
  return withoutDistant(editScript(a, b))
}

interface Line {
  readonly mark: '-' | '+' | ' '
  readonly text: string
}

/** The longest common subsequence, walked from the start. */
function editScript(a: readonly string[], b: readonly string[]): readonly Line[] {
  const common = commonLengths(a, b)
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left = '', right = ''] = [a[i], b[j]]
    if (i < a.length && j < b.length && left === right) {
      lines.push({ mark: ' ', text: left })
      i += 1
      j += 1
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: left })
      i += 1
    } else {
      lines.push({ mark: '+', text: right })
      j += 1
    }
  }
  return lines
}

/** `[i][j]`: how many lines the rests from `a[i]` and `b[j]` have in common. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly (readonly number[])[] {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, () => 0)]
  for (const left of a.toReversed()) {
    const below = rows[0] ?? []
    const row = [0]
    for (let j = b.length - 1; j >= 0; j--) {
      const longer = Math.max(below[j] ?? 0, row[0] ?? 0)
      row.unshift(left === b[j] ? (below[j + 1] ?? 0) + 1 : longer)
    }
    rows.unshift(row)
  }
  return rows
}

function withoutDistant(lines: readonly Line[]): readonly string[] {
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ mark }) => mark !== ' ')
  return lines
    .filter((_, index) => near(index))
    .map(({ mark, text }) => `${mark} ${text}`.trimEnd())
}
