/**
 * Other people's schemas made fit to be evaluated: nothing outside the schema is referred to, keywords that make no sense
 * are dropped instead of rejecting everything, and what may take long is recognised.
 */
import type { JsonSchema } from './catalog.ts'

export interface TameSchema {
  readonly schema: Readonly<Record<string, unknown>> | boolean
  readonly draft: '4' | '7' | '2019-09' | '2020-12'
  /** True where evaluation could take long for some value: references may multiply, patterns may backtrack. */
  readonly wild: boolean
}

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
const maxLevels = 256
/** More schema than this is never evaluated on the event loop. */
const maxTameNodes = 5000

interface Survey {
  nodes: number
  wild: boolean
  tuples: boolean
  readonly root: unknown
}

export function tameSchema(raw: JsonSchema): TameSchema {
  const survey: Survey = { nodes: 0, wild: false, tuples: false, root: raw }
  const schema = tame(raw, survey, 0)
  const draft = draftOf(raw, survey.tuples)
  return { schema, draft, wild: survey.wild || survey.nodes > maxTameNodes }
}

function draftOf(raw: JsonSchema, tuples: boolean): TameSchema['draft'] {
  const dialect = typeof raw === 'object' ? raw['$schema'] : undefined
  if (typeof dialect !== 'string') return tuples ? '7' : '2020-12'
  if (dialect.includes('draft-04')) return '4'
  if (/draft-0[67]/.test(dialect)) return '7'
  return dialect.includes('2019-09') ? '2019-09' : '2020-12'
}

type Tamed = TameSchema['schema']

function tame(raw: unknown, survey: Survey, level: number): Tamed {
  if (typeof raw === 'boolean') return raw
  if (!isRecord(raw) || level > maxLevels) return true
  survey.nodes += 1
  const kept: [string, unknown][] = []
  for (const [keyword, value] of Object.entries(raw)) {
    const tamed = tameKeyword(keyword, value, { survey, level: level + 1 })
    if (tamed !== undefined) kept.push([keyword, tamed])
  }
  return allowNull(Object.fromEntries(kept), raw)
}

/** OpenAPI's way of saying `["string", "null"]`, which JSON Schema itself ignores. */
function allowNull(tamed: Record<string, unknown>, raw: Readonly<Record<string, unknown>>): Tamed {
  if (raw['nullable'] !== true) return tamed
  const { type, enum: values } = tamed
  const isType = typeof type === 'string' || Array.isArray(type)
  return {
    ...tamed,
    ...(isType ? { type: [type, 'null'].flat() } : {}),
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  }
}

interface At {
  readonly survey: Survey
  readonly level: number
}

const schemaKeywords = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
])
const schemaListKeywords = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const schemaMapKeywords = new Set(['$defs', 'definitions', 'dependentSchemas', 'properties'])
const countKeywords = new Set([
  'maxContains',
  'maxItems',
  'maxLength',
  'maxProperties',
  'minContains',
  'minItems',
  'minLength',
  'minProperties',
])
const numberKeywords = new Set(['maximum', 'minimum', 'multipleOf'])
const limitKeywords = new Set(['exclusiveMaximum', 'exclusiveMinimum'])

/** The keyword's value as it may be evaluated; `undefined` drops it. */
function tameKeyword(keyword: string, value: unknown, at: At): unknown {
  const { survey, level } = at
  if (schemaKeywords.has(keyword)) return tame(value, survey, level)
  if (schemaListKeywords.has(keyword)) return tameList(value, at)
  if (schemaMapKeywords.has(keyword)) return tameMap(value, at)
  if (countKeywords.has(keyword)) return Number.isInteger(value) ? value : undefined
  if (numberKeywords.has(keyword)) return typeof value === 'number' ? value : undefined
  if (limitKeywords.has(keyword)) return numberOrFlag(value)
  const rule = Object.hasOwn(otherKeywords, keyword) ? otherKeywords[keyword] : undefined
  return rule?.(value, at)
}

// Draft 4 has flags where later ones have numbers.
function numberOrFlag(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

const otherKeywords: Readonly<Record<string, (value: unknown, at: At) => unknown>> = {
  $ref: tameReference,
  const: value => value,
  dependencies: tameDependencies,
  dependentRequired: value => (isRecord(value) ? requiredMap(value) : undefined),
  enum: value => (Array.isArray(value) ? value : undefined),
  items: tameItems,
  pattern: (value, { survey }) => tamePattern(value, survey),
  patternProperties: tamePatterns,
  required: textList,
  type: tameType,
  uniqueItems: value => (value === true ? true : undefined),
}

function tameList(value: unknown, { survey, level }: At): unknown {
  if (!Array.isArray(value) || value.length === 0) return undefined
  return value.map(schema => tame(schema, survey, level))
}

function tameMap(value: unknown, { survey, level }: At): unknown {
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value).map(([key, schema]) => [key, tame(schema, survey, level)])
  return Object.fromEntries(entries)
}

function tameItems(value: unknown, at: At): unknown {
  if (!Array.isArray(value)) return tame(value, at.survey, at.level)
  at.survey.tuples = true
  return tameList(value, at)
}

function tamePatterns(value: unknown, at: At): unknown {
  if (!isRecord(value)) return undefined
  const usable = Object.entries(value).filter(
    ([pattern]) => tamePattern(pattern, at.survey) !== undefined,
  )
  return tameMap(Object.fromEntries(usable), at)
}

function tameDependencies(value: unknown, at: At): unknown {
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    Array.isArray(each) ? (textList(each) ?? []) : tame(each, at.survey, at.level),
  ])
  return Object.fromEntries(entries)
}

function requiredMap(value: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, textList(each) ?? []]))
}

function textList(value: unknown): unknown {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : undefined
}

function tameType(value: unknown): unknown {
  const named = [value].flat().filter(each => typeof each === 'string' && types.has(each))
  return named.length === 0 ? undefined : named
}

/** Only what stands in the schema itself is ever referred to. */
function tameReference(value: unknown, { survey }: At): unknown {
  if (typeof value !== 'string' || !value.startsWith('#')) return undefined
  if (!resolves(value, survey.root)) return undefined
  survey.wild = true
  return value
}

function resolves(reference: string, root: unknown): boolean {
  if (reference === '#' || reference === '#/') return true
  if (!reference.startsWith('#/')) return false
  let at = root
  for (const part of reference.slice(2).split('/')) {
    const key = decodePart(part)
    if (key === undefined || typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) {
      return false
    }
    at = Object.getOwnPropertyDescriptor(at, key)?.value
  }
  return typeof at === 'boolean' || isRecord(at)
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}

function tamePattern(value: unknown, survey: Survey): unknown {
  if (typeof value !== 'string' || value.length > 10_000) return undefined
  try {
    // As the evaluator compiles it.
    void new RegExp(value, 'u')
  } catch {
    return undefined
  }
  if (mayBacktrack(value)) survey.wild = true
  return value
}

/** Errs on the side of "yes": a repetition of something that itself repeats or branches, a back-reference, or two open repetitions. */
function mayBacktrack(pattern: string): boolean {
  const plain = pattern.replaceAll(/\\[^1-9k]/g, 'x').replaceAll(/\[(?:[^\]\\]|\\.)*\]/g, 'x')
  if (/\\[1-9k]|\(\?[=!<]/.test(plain)) return true
  if (/[*+}]\)?[*+{]|\)[*+{]/.test(plain)) return true
  return (plain.match(/[*+]|\{\d+,/g) ?? []).length > 1
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
