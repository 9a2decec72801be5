/** Arguments against a tool's schema, as a list of what is wrong where. */
import { type OutputUnit, type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema'

import type { JsonSchema } from '../catalog/index.ts'
import { nestingDepth } from '../text/index.ts'
import type { Violation } from './bridge-deps.ts'

/** Keywords whose evaluation a hostile schema could make endless: the server checks those itself. */
const unchecked = new Set(['pattern', 'patternProperties', 'format', 'propertyNames'])
const maxSchemaCharacters = 256 * 1024
const maxDepth = 64

/** Compiles a schema once; evaluating it is linear in the arguments. A schema that is too large or broken fits everything. */
export function argumentsValidator(): (
  schema: JsonSchema,
  args: unknown,
) => Promise<readonly Violation[]> {
  const compiled = new WeakMap<object, Validator | 'unusable'>()
  return async (schema, args) => {
    if (typeof schema === 'boolean') return []
    const validator = compiled.get(schema) ?? compile(schema)
    compiled.set(schema, validator)
    return validator === 'unusable' ? [] : violations(validator, args)
  }
}

function compile(schema: Exclude<JsonSchema, boolean>): Validator | 'unusable' {
  try {
    const json = JSON.stringify(schema)
    if (json.length > maxSchemaCharacters || nestingDepth(json) > maxDepth) return 'unusable'
    return new Validator(checkable(schema), draftOf(schema), false)
  } catch {
    return 'unusable'
  }
}

function checkable(schema: Exclude<JsonSchema, boolean>): Schema {
  const copy: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    unchecked.has(key) && typeof value !== 'object' ? undefined : value,
  )
  return typeof copy === 'object' && copy !== null ? copy : {}
}

function draftOf(schema: Exclude<JsonSchema, boolean>): SchemaDraft {
  const dialect = schema['$schema']
  const isOld = typeof dialect === 'string' && /draft-0[3-7]/.test(dialect)
  return isOld ? '7' : '2020-12'
}

function violations(validator: Validator, args: unknown): readonly Violation[] {
  try {
    const { valid, errors } = validator.validate(args)
    return valid ? [] : leaves(errors).map(toViolation)
  } catch {
    return []
  }
}

/** An error about a whole only repeats those about its parts. */
function leaves(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const telling = errors.filter(({ keyword }) => !summaries.has(keyword))
  return telling.length === 0 ? errors : telling
}

const summaries = new Set([
  'properties',
  'items',
  'additionalProperties',
  'allOf',
  '$ref',
  'prefixItems',
  'unevaluatedProperties',
])

function toViolation({ keyword, instanceLocation, error }: OutputUnit): Violation {
  const path = decodeURIComponent(instanceLocation.replace(/^#/, ''))
  return { path, message: messageOf(keyword, error) }
}

function messageOf(keyword: string, error: string): string {
  if (keyword === 'false') return 'the tool has no such parameter'
  const missing = /^Instance does not have required property "(.*)"\.$/s.exec(error)?.[1]
  if (missing !== undefined) return `the required "${missing}" is missing`
  const types = /^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/s.exec(error)
  if (types !== null) return `expected ${types[2]}, got ${types[1]}`
  return error.replace(/\.$/, '')
}
