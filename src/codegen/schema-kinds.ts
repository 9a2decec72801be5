/** Which JSON types a schema allows: what it says, and what its keywords imply where it says nothing. */
import type { SchemaObject } from './schema-scope.ts'

export const jsonTypes: readonly string[] = [
  'string',
  'number',
  'boolean',
  'null',
  'object',
  'array',
]

/** Spellings that are no JSON Schema, seen from servers that describe their own language's types. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['integer', 'number'],
  ['int', 'number'],
  ['int32', 'number'],
  ['int64', 'number'],
  ['long', 'number'],
  ['float', 'number'],
  ['double', 'number'],
  ['decimal', 'number'],
  ['str', 'string'],
  ['text', 'string'],
  ['enum', 'string'],
  ['date', 'string'],
  ['bool', 'boolean'],
  ['none', 'null'],
  ['nil', 'null'],
  ['dict', 'object'],
  ['map', 'object'],
  ['record', 'object'],
  ['list', 'array'],
  ['tuple', 'array'],
])

const objectKeywords = [
  'properties',
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
]
const arrayKeywords = ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']
const stringKeywords = ['pattern', 'minLength', 'maxLength', 'contentEncoding', 'contentMediaType']
const numberKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const numberFormats = new Set(['int32', 'int64', 'float', 'double'])

/** The types of `type` (with `nullable`), as JSON types; undefined where it says nothing that is one. */
export function declaredTypes(schema: SchemaObject): readonly string[] | undefined {
  const { type, nullable } = schema
  let types: readonly string[] | undefined
  if (typeof type === 'string') types = known(type)
  else if (Array.isArray(type)) types = knownAll(type)
  if (types === undefined || nullable !== true || types.includes('null')) return types
  return [...types, 'null']
}

const listsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ...jsonTypes.map((type): [string, readonly string[]] => [type, [type]]),
  ...[...aliases].map(([alias, type]): [string, readonly string[]] => [alias, [type]]),
])

function known(type: string): readonly string[] | undefined {
  return listsOf.get(type) ?? listsOf.get(type.toLowerCase())
}

function knownAll(list: readonly unknown[]): readonly string[] | undefined {
  const types = new Set<string>()
  for (const type of list) {
    const found = typeof type === 'string' ? known(type) : undefined
    // One type that is none leaves everything open.
    if (found === undefined) return undefined
    types.add(found[0] ?? '')
  }
  return types.size === 0 ? undefined : [...types]
}

/** The types that a schema without `type` speaks of; empty where no keyword says anything. */
export function impliedTypes(schema: SchemaObject): readonly string[] {
  const types: string[] = []
  // `required: true` is draft-03's word about the property that the schema stands at.
  if (speaks(schema, objectKeywords) || Array.isArray(schema['required'])) types.push('object')
  if (speaks(schema, arrayKeywords)) types.push('array')
  const { format } = schema
  const isNumeric = typeof format === 'string' && numberFormats.has(format)
  if (speaks(schema, stringKeywords) || (typeof format === 'string' && !isNumeric)) {
    types.push('string')
  }
  if (isNumeric || speaks(schema, numberKeywords)) types.push('number')
  if (types.length > 0 && schema['nullable'] === true) types.push('null')
  return types
}

function speaks(schema: SchemaObject, keywords: readonly string[]): boolean {
  for (const keyword of keywords) {
    if (keyword in schema) return true
  }
  return false
}

/** The types of both lists; the other one where one says nothing. */
export function commonTypes(
  first: readonly string[] | undefined,
  second: readonly string[] | undefined,
): readonly string[] | undefined {
  if (first === undefined) return second
  return second === undefined ? first : first.filter(type => second.includes(type))
}
