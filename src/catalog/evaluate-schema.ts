/** One value against one tame schema: what is wrong, and where. Runs on the event loop or in the validation worker alike. */
import { type OutputUnit, Validator } from '@cfworker/json-schema'

import type { TameSchema } from './tame-schema.ts'

/** One way in which a value misses its schema. */
export interface Violation {
  /** JSON pointer into the value; "" is the whole. */
  readonly path: string
  readonly message: string
}

const maxViolations = 100

/** Throws whatever the evaluator throws, a stack overflow included. */
export function evaluateSchema(schema: TameSchema, value: unknown): readonly Violation[] {
  const { valid, errors } = evaluator(schema).validate(value)
  return valid ? [] : telling(errors).slice(0, maxViolations).map(toViolation)
}

/** Looking up a schema's own references takes longer than most values do. */
const evaluators = new WeakMap<TameSchema, Validator>()

function evaluator(schema: TameSchema): Validator {
  const known = evaluators.get(schema) ?? new Validator(schema.schema, schema.draft, false)
  evaluators.set(schema, known)
  return known
}

/** An error about a whole only repeats those about its parts. */
function telling(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const leaves = errors.filter(({ keyword }) => !summaries.has(keyword))
  return leaves.length === 0 ? errors : leaves
}

const summaries = new Set([
  '$ref',
  'additionalItems',
  'additionalProperties',
  'allOf',
  'dependencies',
  'dependentSchemas',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
])

function toViolation({ keyword, instanceLocation, error }: OutputUnit): Violation {
  return { path: decode(instanceLocation.replace(/^#/, '')), message: messageOf(keyword, error) }
}

function decode(pointer: string): string {
  try {
    return decodeURIComponent(pointer)
  } catch {
    return pointer
  }
}

function messageOf(keyword: string, error: string): string {
  if (keyword === 'false') return 'nothing may stand here'
  const missing = /^Instance does not have required property "(.*)"\.$/s.exec(error)?.[1]
  if (missing !== undefined) return `the required "${missing}" is missing`
  const expected = /^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/s.exec(error)
  if (expected !== null) {
    const [, got = '', wanted = ''] = expected
    return `expected ${wanted.split('", "').join(' or ')}, got ${got}`
  }
  const choices = /^Instance does not match any of \[(.*)\]\.$/s.exec(error)?.[1]
  if (choices !== undefined) return `expected one of ${choices}`
  return error.replace(/^Instance /, 'it ').replace(/\.$/, '')
}
