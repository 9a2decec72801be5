/** A tool on one line, for messages: `create_issue({ owner: string, labels?: string[] })`. */
import type { JsonSchema, Tool } from '../catalog/index.ts'
import { cleanLine, truncate } from '../text/index.ts'

const maxCharacters = 600
const maxDepth = 3
const maxMembers = 40

export function signature({ name, inputSchema }: Pick<Tool, 'name' | 'inputSchema'>): string {
  return truncate(cleanLine(`${name}(${typeText(inputSchema, 0)})`), maxCharacters)
}

/** What a schema asks for, in a few words; references and combinations are only hinted at. */
function typeText(schema: unknown, depth: number): string {
  if (!isObject(schema)) return 'unknown'
  const { type } = schema
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return union(schema['enum'], value => JSON.stringify(value))
  const branches = [schema['anyOf'], schema['oneOf']].find(list => Array.isArray(list))
  if (branches !== undefined && type === undefined) {
    return union(branches, branch => typeText(branch, depth + 1))
  }
  if (Array.isArray(type)) return union(type, each => typeText({ ...schema, type: each }, depth))
  if (type === 'array') return arrayText(schema['items'], depth)
  if (type === 'object' || isObject(schema['properties'])) return objectText(schema, depth)
  return plainType(type)
}

function union(members: readonly unknown[], text: (member: unknown) => string): string {
  return members.slice(0, maxMembers).map(text).join(' | ')
}

function plainType(type: unknown): string {
  if (type === 'integer') return 'number'
  return typeof type === 'string' ? type : 'unknown'
}

function arrayText(items: unknown, depth: number): string {
  if (depth >= maxDepth) return 'unknown[]'
  const item = typeText(items, depth + 1)
  return item.includes(' ') ? `(${item})[]` : `${item}[]`
}

function objectText(schema: Readonly<Record<string, unknown>>, depth: number): string {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const names = Object.keys(properties)
  if (names.length === 0) return '{}'
  if (depth >= maxDepth) return '{ … }'
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const members = names
    .slice(0, maxMembers)
    .map(
      name =>
        `${key(name)}${required.includes(name) ? '' : '?'}: ${typeText(properties[name], depth + 1)}`,
    )
  const more = names.length > maxMembers ? ', …' : ''
  return `{ ${members.join(', ')}${more} }`
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

/** The names of an object schema's properties. */
export function propertyNames(schema: JsonSchema): readonly string[] {
  const properties = isObject(schema) ? schema['properties'] : undefined
  return isObject(properties) ? Object.keys(properties) : []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
