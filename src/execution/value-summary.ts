/** A value too big to hand over, in few words: its type, how much of it there is, and how it starts. */

export interface ValueSummary {
  /** The value's type, as TypeScript would say it, cut at some depth. */
  readonly type: string
  readonly bytes: number
  /** How many members or elements the value, and each list directly in it, has. */
  readonly counts: Readonly<Record<string, number>>
  /** The start of the value: few members, few elements, short texts. */
  readonly head: unknown
}

const typeDepth = 4
const maxMembers = 20
const sampledElements = 50
const headElements = 3
const headText = 200
const maxTypeLength = 1000

export function summarize(value: unknown, bytes: number): ValueSummary {
  const type = typeOf(value, typeDepth)
  return {
    type: type.length > maxTypeLength ? `${type.slice(0, maxTypeLength)}…` : type,
    bytes,
    counts: countsOf(value),
    head: headOf(value, typeDepth),
  }
}

function typeOf(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return arrayType(value, depth)
  if (typeof value !== 'object') return typeof value
  if (depth === 0) return 'object'
  const entries = Object.entries(value)
  const members = entries
    .slice(0, maxMembers)
    .map(([name, member]) => `${key(name)}: ${typeOf(member, depth - 1)}`)
  if (entries.length > maxMembers) members.push('…')
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}

function arrayType(values: readonly unknown[], depth: number): string {
  const types = [
    ...new Set(values.slice(0, sampledElements).map(value => typeOf(value, depth - 1))),
  ]
  if (types.length === 0) return 'unknown[]'
  const shown = types.slice(0, 3).join(' | ')
  return types.length === 1 && !shown.includes(' | ') ? `${shown}[]` : `(${shown})[]`
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

function countsOf(value: unknown): Record<string, number> {
  if (typeof value === 'string') return { characters: value.length }
  if (Array.isArray(value)) return { elements: value.length }
  if (typeof value !== 'object' || value === null) return {}
  const lists = Object.entries(value)
    .filter(([, member]) => Array.isArray(member))
    .slice(0, maxMembers)
  const sizes = lists.map(([name, member]) => [name, Array.isArray(member) ? member.length : 0])
  return { members: Object.keys(value).length, ...Object.fromEntries(sizes) }
}

function headOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length > headText ? `${value.slice(0, headText)}…` : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}'
  if (Array.isArray(value)) {
    const shown: unknown[] = value.slice(0, headElements).map(element => headOf(element, depth - 1))
    return value.length > headElements ? [...shown, `… ${value.length - headElements} more`] : shown
  }
  const members = Object.entries(value).slice(0, maxMembers)
  return Object.fromEntries(members.map(([name, member]) => [name, headOf(member, depth - 1)]))
}
