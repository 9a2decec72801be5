/** Arrays and tuples. */
import { joinNotes, noteOf } from './schema-note.ts'
import {
  atom,
  deeper,
  isSchemaObject,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
} from './schema-scope.ts'

/** Up to this many elements, an exact length is spelled out. */
const maxSpelledLength = 4
const maxTupleLength = 64

/**
 * `T[]` wherever the length may vary: TypeScript could say `minItems: 1` as `[T, ...T[]]`, but would then refuse every
 * array a program builds with `map` or `filter`. The length goes into the note.
 */
export function arrayType(schema: SchemaObject, place: Place, scope: Scope): Type {
  const { prefixItems, items } = schema
  if (Array.isArray(prefixItems)) {
    return tupleType(prefixItems, schema, { place, scope, rest: items })
  }
  if (Array.isArray(items)) {
    return tupleType(items, schema, { place, scope, rest: schema['additionalItems'] })
  }
  if (schema['maxItems'] === 0 || items === false) return atom('[]')
  const item = itemType(items, place, scope)
  return spelledLength(schema, item) ?? listOf(item)
}

function listOf({ text, level, note }: Type): Type {
  return atom(level > 0 ? `(${text})[]` : `${text}[]`, note)
}

/** An item's own note has no line of its own: it goes to the property that holds the array. */
function itemType(items: unknown, place: Place, scope: Scope): Type {
  if (items === undefined) return atom('unknown')
  const type = scope.compile(items, deeper(place))
  if (!scope.docs || !isSchemaObject(items)) return type
  const note = joinNotes(noteOf(items, ''), type.note)
  return { ...type, note: note === '' ? '' : `each: ${note}` }
}

function spelledLength({ minItems, maxItems }: SchemaObject, item: Type): Type | undefined {
  if (minItems !== maxItems || typeof minItems !== 'number') return undefined
  if (!Number.isInteger(minItems) || minItems < 1 || minItems > maxSpelledLength) return undefined
  if (item.text.includes('\n')) return undefined
  return atom(`[${Array.from({ length: minItems }, () => item.text).join(', ')}]`, item.note)
}

interface TupleOptions {
  readonly place: Place
  readonly scope: Scope
  readonly rest: unknown
}

/** Elements past `minItems` may be missing, and past the listed ones there may be more: that is what the schema says. */
function tupleType(
  elements: readonly unknown[],
  schema: SchemaObject,
  { place, scope, rest }: TupleOptions,
): Type {
  const { minItems, maxItems } = schema
  const required = typeof minItems === 'number' ? minItems : 0
  const most = typeof maxItems === 'number' ? maxItems : Number.POSITIVE_INFINITY
  const listed = elements.slice(0, Math.min(most, maxTupleLength))
  let note = ''
  const parts = listed.map((element, index) => {
    const type = itemType(element, place, scope)
    if (type.note !== '') note = joinNotes(note, `[${index}] ${type.note.slice('each: '.length)}`)
    if (index < required) return type.text
    return type.level > 0 ? `(${type.text})?` : `${type.text}?`
  })
  const isClosed = (rest ?? schema['unevaluatedItems']) === false
  if (!isClosed && most > listed.length) {
    parts.push(`...${listOf(itemType(rest, place, scope)).text}`)
  }
  return atom(`[${parts.join(', ')}]`, note)
}
