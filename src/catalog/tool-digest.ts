/** Canonical digests of tools, safe on schemas of any depth: JSON.stringify gives up at a few thousand levels. */
import { createHash } from 'node:crypto'

/** Hex SHA-256 of canonical JSON (keys sorted by code unit), computed without recursion. */
export function canonicalDigest(value: unknown): string {
  const hash = createHash('sha256')
  let buffer = ''
  for (const piece of canonicalPieces(value)) {
    buffer += piece
    if (buffer.length > 16_384) {
      hash.update(buffer)
      buffer = ''
    }
  }
  return hash.update(buffer).digest('hex')
}

/** How deep a value nests: a scalar is 0 levels, `[[]]` is 2. Stops counting at `limit`. */
export function depthOf(value: unknown, limit: number): number {
  let level: unknown[] = [value]
  for (let depth = 0; depth < limit; depth += 1) {
    const next: unknown[] = []
    let nested = false
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue
      nested = true
      for (const member of Object.values(each)) next.push(member)
    }
    if (!nested) return depth
    level = next
  }
  return limit
}

interface Text {
  readonly text: string
}

function* canonicalPieces(value: unknown): Generator<string> {
  const todo: (Text | { readonly value: unknown })[] = [{ value }]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if ('text' in next) yield next.text
    else if (typeof next.value !== 'object' || next.value === null) yield scalar(next.value)
    else todo.push(...parts(next.value).toReversed())
  }
}

function scalar(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

function parts(value: object): (Text | { readonly value: unknown })[] {
  const isArray = Array.isArray(value)
  const members = isArray
    ? value.map((member: unknown) => ({ key: '', member }))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]: [string, unknown]) => ({ key: `${JSON.stringify(key)}:`, member }))
  const separated = members.flatMap(({ key, member }, index) => [
    { text: `${index === 0 ? '' : ','}${key}` },
    { value: member },
  ])
  const [open, close] = isArray ? ['[', ']'] : ['{', '}']
  return [{ text: open }, ...separated, { text: close }]
}
