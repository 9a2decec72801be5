/** Which groups of keywords a schema uses: one look at its keys instead of sixty at what might be there. */
import type { SchemaObject } from './schema-scope.ts'

/** Groups as bits of one number. */
export const group = {
  /** Values spelled out. */
  value: 1,
  reference: 2,
  branch: 4,
  /** What depends on, forbids, or allows beside the type. */
  condition: 8,
  object: 16,
  array: 32,
  text: 64,
  number: 128,
  /** What only a comment can say. */
  fact: 256,
  resource: 512,
  /** Rules that no type says. */
  rule: 1024,
} as const

/** Groups that make a schema more than its type. */
export const structure: number =
  group.value |
  group.reference |
  group.branch |
  group.condition |
  group.object |
  group.array |
  group.rule

const groups: readonly (readonly [bits: number, keywords: string])[] = [
  [group.value, 'enum const'],
  [group.reference, '$ref $dynamicRef $recursiveRef'],
  [group.branch, 'anyOf oneOf allOf'],
  [group.condition, 'nullable dependencies'],
  [group.condition | group.rule, 'not'],
  [group.rule, 'if'],
  [group.condition | group.object, 'dependentRequired dependentSchemas'],
  [
    group.object,
    'properties required additionalProperties patternProperties propertyNames unevaluatedProperties',
  ],
  [group.object | group.fact, 'minProperties maxProperties'],
  [group.array, 'items prefixItems additionalItems unevaluatedItems'],
  [group.array | group.rule, 'contains'],
  [group.array | group.fact, 'minItems maxItems uniqueItems'],
  [group.text | group.fact, 'pattern minLength maxLength contentEncoding contentMediaType'],
  [group.number | group.fact, 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'],
  [group.fact, 'format default examples example deprecated readOnly writeOnly'],
  [group.resource, '$id'],
]

const bitsOf: ReadonlyMap<string, number> = new Map(
  groups.flatMap(([bits, keywords]) =>
    keywords.split(' ').map((keyword): [string, number] => [keyword, bits]),
  ),
)

/** The groups of all keywords that the schema uses. */
export function keywordsOf(schema: SchemaObject): number {
  let bits = 0
  // Schemas come out of JSON: they inherit nothing that could be counted.
  for (const keyword in schema) bits |= bitsOf.get(keyword) ?? 0
  return bits
}
