/** Values made from a JSON Schema, likeliest first. A guess: whoever shows one checks it against the schema. */
import { isRecord } from './is-record.ts'
import { sampleNumber, sampleText } from './sample-scalar.ts'
import { resolveSchema, type SchemaObject, variants } from './schema-variants.ts'

const maxDepth = 12

/** What a property is called helps to fill it. */
interface Place {
  readonly root: SchemaObject
  readonly depth: number
  readonly key?: string
  /** Distinguishes the items of an array that wants unique ones. */
  readonly ordinal?: number
}

/** Candidates for a value of `schema`, lazily. */
export function synthesise(schema: SchemaObject): Iterable<unknown> {
  return candidates(schema, { root: schema, depth: 0 })
}

function* candidates(schema: unknown, place: Place): Iterable<unknown> {
  if (schema === false || place.depth > maxDepth) return
  for (const variant of variants(resolveSchema(schema, place.root), place.root)) {
    yield* valuesOf(variant, place)
  }
}

/** The first candidate; undefined where there is none. */
function firstOf(schema: unknown, place: Place): unknown {
  for (const candidate of candidates(schema, place)) return candidate
  return undefined
}

function* valuesOf(schema: SchemaObject, place: Place): Iterable<unknown> {
  if ('const' in schema) {
    yield schema['const']
    return
  }
  if (Array.isArray(schema['enum'])) {
    yield* offset(schema['enum'], place.ordinal ?? 0)
    return
  }
  for (const type of typesOf(schema)) {
    if (type !== 'object') yield* givenExamples(schema, place)
    yield* valuesOfType(type, schema, place)
  }
}

function* givenExamples(schema: SchemaObject, { ordinal = 0 }: Place): Iterable<unknown> {
  if (ordinal > 0) return
  if (Array.isArray(schema['examples'])) yield* schema['examples'].slice(0, 1)
  if ('default' in schema && schema['default'] !== null && schema['default'] !== '') {
    yield schema['default']
  }
}

function typesOf(schema: SchemaObject): readonly unknown[] {
  const { type } = schema
  if (Array.isArray(type)) {
    return [...type.filter(name => name !== 'null'), ...type.filter(name => name === 'null')]
  }
  if (typeof type === 'string') return [type]
  if (isRecord(schema['properties']) || Array.isArray(schema['required'])) return ['object']
  if ('items' in schema || 'prefixItems' in schema) return ['array']
  const numeric = ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum']
  if (numeric.some(keyword => keyword in schema)) return ['number']
  return ['string', 'object', 'array', 'number', 'boolean', 'null']
}

function* valuesOfType(type: unknown, schema: SchemaObject, place: Place): Iterable<unknown> {
  switch (type) {
    case 'string':
      yield* sampleText(schema, place)
      return
    case 'integer':
    case 'number':
      yield* sampleNumber(schema, { whole: type === 'integer', ordinal: place.ordinal ?? 0 })
      return
    case 'boolean':
      yield* offset([false, true], place.ordinal ?? 0)
      return
    case 'array':
      yield* arrays(schema, place)
      return
    case 'object':
      yield* objects(schema, place)
      return
    case 'null':
      yield null
      return
    default:
      return
  }
}

function* arrays(schema: SchemaObject, place: Place): Iterable<unknown> {
  const { prefix, rest } = itemSchemas(schema)
  const least = Number(schema['minItems'] ?? 0)
  const most = Number(schema['maxItems'] ?? Number.POSITIVE_INFINITY)
  for (const count of new Set([Math.max(least, prefix.length, 1), least])) {
    if (count > most || count > 1000) continue
    yield* arrayOf(count, ordinal => [prefix[ordinal] ?? rest, { ...inside(place), ordinal }])
  }
}

function* arrayOf(
  count: number,
  item: (ordinal: number) => readonly [schema: unknown, place: Place],
): Iterable<unknown> {
  const values = Array.from({ length: count }, (_, ordinal) => firstOf(...item(ordinal)))
  if (!values.includes(undefined)) yield values
}

function itemSchemas(schema: SchemaObject): { prefix: readonly unknown[]; rest: unknown } {
  const { prefixItems, items, additionalItems } = schema
  if (Array.isArray(items)) return { prefix: items, rest: additionalItems ?? true }
  return { prefix: Array.isArray(prefixItems) ? prefixItems : [], rest: items ?? true }
}

function* objects(schema: SchemaObject, place: Place): Iterable<unknown> {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  const required = stringsOf(schema['required'])
  const all = [...new Set([...required, ...Object.keys(properties)])]
  const least = Number(schema['minProperties'] ?? 0)
  const minimal =
    required.length >= least ? required : all.slice(0, Math.max(least, required.length))
  for (const keys of [withDependents(minimal, schema), all]) {
    const made = objectOf(keys, key => [propertySchema(schema, key), { ...inside(place), key }])
    if (made !== undefined) yield made
  }
}

function objectOf(
  keys: readonly string[],
  member: (key: string) => readonly [schema: unknown, place: Place],
): Record<string, unknown> | undefined {
  const entries = keys.map(key => [key, firstOf(...member(key))] as const)
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries)
}

function propertySchema(schema: SchemaObject, key: string): unknown {
  const properties = schema['properties']
  if (isRecord(properties) && Object.hasOwn(properties, key)) return properties[key]
  return schema['additionalProperties'] ?? true
}

function withDependents(keys: readonly string[], schema: SchemaObject): readonly string[] {
  const dependents = schema['dependentRequired'] ?? schema['dependencies']
  if (!isRecord(dependents)) return keys
  return [...new Set(keys.flatMap(key => [key, ...stringsOf(dependents[key])]))]
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function inside({ root, depth, key }: Place): Place {
  return key === undefined ? { root, depth: depth + 1 } : { root, depth: depth + 1, key }
}

function offset(values: readonly unknown[], by: number): readonly unknown[] {
  const start = by % Math.max(values.length, 1)
  return [...values.slice(start), ...values.slice(0, start)]
}
