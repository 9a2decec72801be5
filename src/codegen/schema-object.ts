/** Objects: properties under their own names, index signatures for the rest. */
import { indexSignature } from './schema-index.ts'
import { joinNotes, noteOf } from './schema-note.ts'
import {
  atom,
  inside,
  isSchemaObject,
  type Member,
  neverType,
  optionalType,
  type Place,
  recordType,
  type SchemaObject,
  type Scope,
  type Type,
  unknownType,
} from './schema-scope.ts'
import { lineComment, key as spellKey } from './source.ts'

/** Longer objects get a line for each property. */
const maxLine = 90
const none: SchemaObject = {}

/** True where only `type: object` is said: any object will do. */
export function isBareObject(schema: SchemaObject): boolean {
  return !(
    'properties' in schema ||
    'required' in schema ||
    'patternProperties' in schema ||
    'propertyNames' in schema ||
    'unevaluatedProperties' in schema ||
    'additionalProperties' in schema
  )
}

/**
 * Properties that the schema does not list are refused unless it says `additionalProperties` itself: a program's
 * misspelled key is then an error before anything runs, instead of an argument the server ignores.
 */
export function objectType(schema: SchemaObject, place: Place, scope: Scope): Type {
  const members = membersOf(schema, place, scope)
  const index = indexSignature(schema, members, { place, scope })
  for (const forbidden of place.forbidden ?? []) {
    const type = optionalType(forbidden, neverType)
    members.push({ key: spellKey(forbidden), isOptional: true, type, note: '' })
  }
  if (members.length === 0 && index.text === '') return emptyObject(schema)
  if (members.length === 0 && index.isPlain) {
    return { ...recordOf(index.value, scope), note: index.note }
  }
  return { text: print(members, index.text, { place, scope }), level: 0, note: index.note }
}

/** A named type may recur inside braces, but not inside `Record<…>`. */
function recordOf(value: string, scope: Scope): Type {
  if (value === 'unknown') return recordType
  const mayRecur = scope.definitions.size > 0
  return atom(mayRecur ? `{ [key: string]: ${value} }` : `Record<string, ${value}>`)
}

/** No property is listed: closed ones are empty, others hold anything. */
function emptyObject(schema: SchemaObject): Type {
  const isClosed =
    schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false
  return isClosed ? atom('Record<string, never>') : recordType
}

function membersOf(schema: SchemaObject, place: Place, scope: Scope): Member[] {
  const properties = isSchemaObject(schema['properties']) ? schema['properties'] : none
  const required = requiredKeys(schema)
  const members: Member[] = []
  for (const key of Object.keys(properties)) {
    // Object.keys lists own members only, so this is never Object.prototype's.
    const isOptional = !required.delete(key)
    members.push(memberOf({ key, schema: properties[key], isOptional }, place, scope))
  }
  for (const key of required) members.push(unlistedMember(key, schema, { place, scope }))
  return members
}

function requiredKeys({ required }: SchemaObject): Set<string> {
  const keys = new Set<string>()
  if (!Array.isArray(required)) return keys
  for (const key of required) if (typeof key === 'string') keys.add(key)
  return keys
}

interface Property {
  readonly key: string
  readonly schema: unknown
  readonly isOptional: boolean
}

function memberOf({ key, schema, isOptional }: Property, place: Place, scope: Scope): Member {
  const compiled = scope.compile(schema, inside(place))
  const type = isOptional ? optionalType(key, compiled) : compiled
  const own = scope.docs && isSchemaObject(schema) ? noteOf(schema, key) : ''
  return { key: spellKey(key), isOptional, type, note: joinNotes(own, type.note) }
}

/** Required, but described by `additionalProperties`, by the schema around this one, by a pattern, or by none. */
function unlistedMember(
  key: string,
  { additionalProperties, patternProperties }: SchemaObject,
  { place, scope }: { readonly place: Place; readonly scope: Scope },
): Member {
  const around = place.siblings
  const sibling = around !== undefined && Object.hasOwn(around, key) ? around[key] : undefined
  const mayBeRest = isSchemaObject(additionalProperties) && patternProperties === undefined
  const known = mayBeRest ? additionalProperties : sibling
  const type = known === undefined ? undefined : withoutDocs(known, place, scope)
  const isShort = type !== undefined && type.text.length <= 40
  return { key: spellKey(key), isOptional: false, type: isShort ? type : unknownType, note: '' }
}

function withoutDocs(schema: unknown, place: Place, scope: Scope): Type {
  const { docs } = scope
  scope.docs = false
  const type = scope.compile(schema, inside(place))
  scope.docs = docs
  return type
}

function print(
  members: readonly Member[],
  index: string,
  { place, scope }: { readonly place: Place; readonly scope: Scope },
): string {
  if (!scope.docs) return `{${compactMembers(members, index).join(',')}}`
  const line = onOneLine(members, index)
  if (line !== undefined) return line
  const indent = '\n' + ' '.repeat(place.indent + 1)
  let text = '{'
  for (const { key, isOptional, type, note } of members) {
    text += `${indent}${key}${isOptional ? '?' : ''}: ${commented(type.text, note, indent)}`
  }
  if (index !== '') text += indent + index
  return `${text}\n${' '.repeat(place.indent)}}`
}

function compactMembers(members: readonly Member[], index: string): string[] {
  const parts = members.map(
    ({ key, isOptional, type }) => `${key}${isOptional ? '?' : ''}:${type.text}`,
  )
  if (index !== '') parts.push(index)
  return parts
}

function onOneLine(members: readonly Member[], index: string): string | undefined {
  let text = ''
  for (const { key, isOptional, type, note } of members) {
    if (note !== '' || type.text.includes('\n')) return undefined
    text += `${text === '' ? '' : '; '}${key}${isOptional ? '?' : ''}: ${type.text}`
    if (text.length > maxLine) return undefined
  }
  if (index !== '') text += `${text === '' ? '' : '; '}${index}`
  return text.length > maxLine ? undefined : `{ ${text} }`
}

/** The comment stands at the end of the type's first line, unless that line has one already. */
function commented(text: string, note: string, indent: string): string {
  const comment = note === '' ? '' : lineComment(note)
  if (comment === '') return text
  const end = text.indexOf('\n')
  if (end === -1) return `${text} // ${comment}`
  const first = text.slice(0, end)
  if (first.includes(' // ')) return `// ${comment}${indent} ${text}`
  return `${first} // ${comment}${text.slice(end)}`
}
