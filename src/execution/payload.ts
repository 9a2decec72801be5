/** What a program sent with a host call: its text is the program's, so every field is looked at before it is used. */
import { ExecutionError } from '../errors.ts'

export interface Payload {
  text(name: string): string
  optionalText(name: string): string | undefined
  optionalNumber(name: string): number | undefined
  object(name: string): Readonly<Record<string, unknown>>
  value(name: string): unknown
}

export function payloadOf(json: string): Payload {
  const parsed: unknown = JSON.parse(json)
  const fields = new Map<string, unknown>(isRecord(parsed) ? Object.entries(parsed) : [])
  const optional = (name: string): unknown => fields.get(name) ?? undefined
  return {
    text: name => {
      const value = fields.get(name)
      return typeof value === 'string' ? value : refuse(name, 'text')
    },
    optionalText: name => {
      const value = optional(name)
      return value === undefined || typeof value === 'string' ? value : refuse(name, 'text')
    },
    optionalNumber: name => {
      const value = optional(name)
      return value === undefined || typeof value === 'number' ? value : refuse(name, 'a number')
    },
    object: name => {
      const value = optional(name) ?? {}
      return isRecord(value) ? value : refuse(name, 'an object')
    },
    value: name => fields.get(name),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(name: string, kind: string): never {
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot use "${name}": it has to be ${kind}`)
}
