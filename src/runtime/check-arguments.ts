/**
 * Arguments against a tool's schema, for calls over a connection of our own: the plain rules only, and none that it cannot be
 * sure of. What it leaves out (references, combinations, patterns, ranges) is the server's to check; the daemon checks it all.
 */
import { ToolError } from './result.ts'
import { isRecord } from './wire.ts'

type Schema = Readonly<Record<string, unknown>>
type Report = (path: string, message: string) => void

const maxDepth = 32
const maxShown = 5
const maxText = 300

/** Takes arguments as they come out of JSON. Throws VALIDATION, which names each place, what was expected there, and the tool's signature. */
export function checkArguments(tool: string, schema: unknown, args: unknown): void {
  const found: string[] = []
  check({ schema, value: args, path: '', depth: 0 }, (path, message) => {
    found.push(`${path === '' ? 'the arguments' : clean(JSON.stringify(path))}: ${clean(message)}`)
  })
  if (found.length === 0) return
  const shown = found.slice(0, maxShown).join('; ')
  const more = found.length > maxShown ? ` and ${found.length - maxShown} more` : ''
  const name = clean(JSON.stringify(tool))
  const signature = `${clean(tool)}(${clean(typeText(schema, 0))})`
  throw new ToolError(
    'VALIDATION',
    `Cannot call tool ${name}: ${shown}${more}; expected: ${signature}`,
  )
}

interface Place {
  readonly schema: unknown
  readonly value: unknown
  readonly path: string
  readonly depth: number
}

function check(place: Place, report: Report): void {
  const { schema, value, path, depth } = place
  if (schema === false) return report(path, 'nothing may stand here')
  // Beside a reference, older drafts take no other rule.
  if (!isRecord(schema) || '$ref' in schema || depth > maxDepth) return
  const expected = expectedInstead(schema, value)
  if (expected !== undefined) return report(path, `expected ${expected}`)
  if (isRecord(value)) checkMembers({ ...place, schema, value }, report)
  if (Array.isArray(value)) checkItems({ ...place, schema, value }, report)
}

/** What the value itself should be; undefined where it is that, or where the schema does not say so plainly. */
function expectedInstead(schema: Schema, value: unknown): string | undefined {
  const types = typesOf(schema)
  if (types.length > 0 && !types.some(type => isOfType(value, type))) {
    return `${types.join(' or ')}, found ${nameOf(value)}`
  }
  const { enum: allowed, const: only } = schema
  if (Array.isArray(allowed) && allowed.every(isScalar) && !allowed.includes(value)) {
    return `one of ${allowed.map(each => JSON.stringify(each)).join(', ')}`
  }
  const isOnly = !('const' in schema) || !isScalar(only) || only === value
  return isOnly ? undefined : JSON.stringify(only)
}

function checkMembers(
  { schema, value, path, depth }: Place & { readonly schema: Schema; readonly value: Schema },
  report: Report,
): void {
  for (const name of listOf(schema['required'])) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) {
      report(path, `${JSON.stringify(name)} is required`)
    }
  }
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  const isClosed = schema['additionalProperties'] === false && !('patternProperties' in schema)
  for (const [name, member] of Object.entries(value)) {
    const at = `${path}/${name}`
    if (Object.hasOwn(properties, name)) {
      check({ schema: properties[name], value: member, path: at, depth: depth + 1 }, report)
    } else if (isClosed) report(at, 'nothing may stand here')
  }
}

function checkItems(
  {
    schema,
    value,
    path,
    depth,
  }: Place & { readonly schema: Schema; readonly value: readonly unknown[] },
  report: Report,
): void {
  const { items, prefixItems } = schema
  if (Array.isArray(items) || prefixItems !== undefined) return
  for (const [index, item] of value.entries()) {
    check({ schema: items, value: item, path: `${path}/${index}`, depth: depth + 1 }, report)
  }
}

/** Empty where the schema says nothing of it, or something we do not know. */
function typesOf({ type }: Schema): readonly string[] {
  const types = Array.isArray(type) ? type : [type]
  return types.every(each => typeof each === 'string' && known.has(each)) ? types : []
}

const known = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value)
  return nameOf(value) === type
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object'
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** In a few words what is asked for: `{ owner: string, labels?: string[] }`. */
function typeText(schema: unknown, depth: number): string {
  if (!isRecord(schema) || depth > 2) return 'unknown'
  const allowed = schema['enum']
  if (Array.isArray(allowed)) return allowed.map(each => JSON.stringify(each)).join(' | ')
  if ('const' in schema) return JSON.stringify(schema['const'])
  const types = typesOf(schema)
  if (types.length > 1) return types.join(' | ')
  if (types[0] === 'array') return `${typeText(schema['items'], depth + 1)}[]`
  const { properties } = schema
  if (!isRecord(properties)) return types[0] ?? 'unknown'
  const required = new Set(listOf(schema['required']))
  const members = Object.entries(properties).map(
    ([name, member]) => `${name}${required.has(name) ? '' : '?'}: ${typeText(member, depth + 1)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** Schemas and arguments are other people's text: one line, bounded, nothing a terminal would act on. */
function clean(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
  return line.length > maxText ? `${line.slice(0, maxText)}…` : line
}
