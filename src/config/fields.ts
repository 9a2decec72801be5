/** Reads the members of an entry under any of the names that clients give them, and remembers which were read. */
import { ExecutionError } from '../errors.ts'
import { isRecord } from './document.ts'
import { shown } from './rules.ts'

export interface Fields {
  readonly server: string
  readonly raw: Readonly<Record<string, unknown>>
  readonly read: Set<string>
  readonly warnings: string[]
}

export function fieldsOf(server: string, raw: Readonly<Record<string, unknown>>): Fields {
  return { server, raw, read: new Set(), warnings: [] }
}

/** The first member that is there, with the name it was found under. */
export function member(
  fields: Fields,
  names: readonly string[],
): { readonly name: string; readonly value: unknown } | undefined {
  for (const name of names) fields.read.add(name)
  const found = names.find(
    name => Object.hasOwn(fields.raw, name) && (fields.raw[name] ?? undefined) !== undefined,
  )
  return found === undefined ? undefined : { name: found, value: fields.raw[found] }
}

export function textMember(fields: Fields, names: readonly string[]): string | undefined {
  const found = member(fields, names)
  if (found === undefined) return undefined
  if (typeof found.value === 'string') return found.value
  return invalid(fields, `"${found.name}" is not a string`, 'write it in quotes')
}

export function numberMember(fields: Fields, names: readonly string[]): number | undefined {
  const found = member(fields, names)
  if (found === undefined) return undefined
  if (typeof found.value === 'number') return found.value
  return invalid(fields, `"${found.name}" is not a number`, 'write it without quotes')
}

export function flagMember(fields: Fields, names: readonly string[]): boolean | undefined {
  const found = member(fields, names)
  if (found === undefined) return undefined
  if (typeof found.value === 'boolean') return found.value
  return invalid(fields, `"${found.name}" is not true or false`, 'write true or false')
}

/** Strings in order; numbers and booleans count as what they print. */
export function listMember(
  fields: Fields,
  names: readonly string[],
): readonly string[] | undefined {
  const found = member(fields, names)
  if (found === undefined) return undefined
  if (!Array.isArray(found.value)) {
    return invalid(fields, `"${found.name}" is not a list`, 'write ["…", "…"]')
  }
  return found.value.map((item: unknown, index) => {
    const help = 'give strings only'
    return scalarText(item) ?? invalid(fields, `"${found.name}[${index}]" is not a string`, help)
  })
}

/** Named strings; null members are left out. */
export function mapMember(
  fields: Fields,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found = member(fields, names)
  if (found === undefined) return {}
  if (!isRecord(found.value)) {
    return invalid(fields, `"${found.name}" is not an object`, 'write {"NAME": "value"}')
  }
  const entries = Object.entries(found.value).filter(([, value]) => value !== null)
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const how = `"${found.name}" has no text under ${shown(key)}`
      return [key, scalarText(value) ?? invalid(fields, how, 'give a string')]
    }),
  )
}

/** Throws CONFIG_INVALID for this entry. */
export function invalid({ server }: Fields, how: string, help: string): never {
  throw new ExecutionError(
    'CONFIG_INVALID',
    `Cannot use server ${shown(server)}: ${how}; ${help}`,
    {
      details: { server },
    },
  )
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
