/** Arguments a tool accepts, made from its inputSchema: as few as it allows, checked against it before anyone sees them. */
import { type Schema, Validator } from '@cfworker/json-schema'

import type { JsonSchema } from '../catalog/index.ts'
import { isRecord } from './is-record.ts'
import { synthesise } from './synthesise.ts'
import { deadlineRealm, type WithDeadline } from './with-deadline.ts'

/** A server's schema may hold a pattern that never ends; its tool then gets no example. */
const deadlineMs = 1000

/** The least arguments the schema accepts; undefined where none could be made that it does accept. */
export function exampleArguments(
  inputSchema: JsonSchema,
  withDeadline: WithDeadline = deadlineRealm(),
): Readonly<Record<string, unknown>> | undefined {
  const schema = typeof inputSchema === 'boolean' ? {} : { ...inputSchema, type: 'object' }
  return withDeadline(deadlineMs, () => {
    for (const candidate of synthesise(schema)) {
      if (isRecord(candidate) && accepts(inputSchema, candidate)) return candidate
    }
    return undefined
  })
}

function accepts(schema: JsonSchema, candidate: unknown): boolean {
  if (typeof schema === 'boolean') return schema
  const draft = draftOf(schema['$schema'])
  return new Validator(withoutIds(schema), draft).validate(candidate).valid
}

function draftOf(uri: unknown): '4' | '7' | '2020-12' {
  if (typeof uri !== 'string') return '2020-12'
  if (uri.includes('draft-04')) return '4'
  return uri.includes('draft-07') || uri.includes('draft-06') ? '7' : '2020-12'
}

// The validator resolves references against `$id`; ours only ever point into the schema itself.
function withoutIds({ $id: _id, ...schema }: Readonly<Record<string, unknown>>): Schema {
  return schema
}
