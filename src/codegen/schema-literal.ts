/** `enum` and `const`: values as literal types. */
import { atom, isSchemaObject, type Type } from './schema-scope.ts'
import { key, quote } from './source.ts'

const maxLiteralDepth = 8

/** The union of the values that `types` allows; all of them where it allows none; nothing for an empty list. */
export function enumType(
  values: readonly unknown[],
  types: readonly string[] | undefined,
): Type | undefined {
  const allowed = types && values.filter(value => isOfType(value, types))
  const chosen = allowed !== undefined && allowed.length > 0 ? allowed : values
  const texts = new Set<string>()
  for (const value of chosen) texts.add(literal(value, 0))
  if (texts.size === 0) return undefined
  const text = [...texts].join('|')
  return { text, level: texts.size > 1 ? 2 : 0, note: '' }
}

export function constType(value: unknown): Type {
  return atom(literal(value, 0))
}

function literal(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'number'
  if (typeof value === 'boolean' || value === null) return String(value)
  if (depth > maxLiteralDepth) return 'unknown'
  if (Array.isArray(value)) return `[${value.map(item => literal(item, depth + 1)).join(',')}]`
  if (!isSchemaObject(value)) return 'unknown'
  const members = Object.entries(value).map(
    ([name, member]) => `${key(name)}:${literal(member, depth + 1)}`,
  )
  return members.length === 0 ? 'Record<string, never>' : `{${members.join(',')}}`
}

function isOfType(value: unknown, types: readonly string[]): boolean {
  const type = jsonTypeOf(value)
  if (types.includes(type)) return true
  return type === 'number' && types.includes('integer') && Number.isInteger(value)
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
