/** What a value too large to show looks like: its shape, how much of it there is, and its beginning. Never cut JSON. */
export interface ValueSummary {
  /** A TypeScript-like type, bounded in depth and length. */
  readonly shape: string
  /** Bytes of the whole value as JSON. */
  readonly bytes: number
  /** Members of a list, keys of an object, characters of a text. */
  readonly count?: number
  /** The first members, keys or characters: a complete value of its own. */
  readonly head: unknown
}

const maxHeadBytes = 1024
const maxHeadMembers = 3
const maxShape = 1000
const maxKeys = 20
const maxDepth = 4
const sampledMembers = 50

/** Summarises a JSON value. */
export function summarise(value: unknown): ValueSummary {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '')
  const summary = { shape: bounded(shapeOf(value, 0)), bytes, head: headOf(value, maxHeadBytes) }
  const count = countOf(value)
  return count === undefined ? summary : { ...summary, count }
}

function countOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : undefined
}

function shapeOf(value: unknown, depth: number): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return listShape(value, depth)
  if (!isObject(value)) return typeof value
  if (depth >= maxDepth) return '{…}'
  const keys = Object.keys(value)
  const members = keys
    .slice(0, maxKeys)
    .map(key => `${keyText(key)}: ${shapeOf(value[key], depth + 1)}`)
  const rest = keys.length > maxKeys ? [`… ${keys.length - maxKeys} more`] : []
  return keys.length === 0 ? '{}' : `{ ${[...members, ...rest].join('; ')} }`
}

/** The shapes its first members have, each once. */
function listShape(list: readonly unknown[], depth: number): string {
  const shapes = new Set(list.slice(0, sampledMembers).map(member => shapeOf(member, depth + 1)))
  const member = [...shapes].slice(0, 4).join(' | ') || 'unknown'
  return shapes.size > 1 ? `(${member})[${list.length}]` : `${member}[${list.length}]`
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key.slice(0, 100))
}

function headOf(value: unknown, budget: number): unknown {
  if (typeof value === 'string') return beginning(value, budget)
  if (Array.isArray(value)) return headOfList(value, budget)
  return isObject(value) ? headOfObject(value, budget) : value
}

function headOfList(list: readonly unknown[], budget: number): unknown[] {
  const share = Math.floor(budget / maxHeadMembers)
  return list.slice(0, maxHeadMembers).map(member => headOf(member, share))
}

function headOfObject(value: Readonly<Record<string, unknown>>, budget: number): unknown {
  const keys = Object.keys(value).slice(0, maxKeys)
  const share = Math.floor(budget / Math.max(1, keys.length))
  return Object.fromEntries(keys.map(key => [key, share < 8 ? '…' : headOf(value[key], share)]))
}

/** Whole characters only. */
function beginning(text: string, budget: number): string {
  return text.length <= budget ? text : `${text.slice(0, budget).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function bounded(shape: string): string {
  return shape.length <= maxShape ? shape : `${shape.slice(0, maxShape)}…`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
