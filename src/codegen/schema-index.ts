/** Index signatures: `additionalProperties`, `patternProperties`, `propertyNames`. */
import { joinNotes, noteOf } from './schema-note.ts'
import {
  inside,
  isSchemaObject,
  type Member,
  optionalType,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
} from './schema-scope.ts'
import { key, quote } from './source.ts'

const maxIndexValue = 120

export interface IndexSignature {
  /** The member(s) to print; empty where the schema allows no other keys. */
  readonly text: string
  /** The value's type where it is one plain signature for every string. */
  readonly value: string
  readonly isPlain: boolean
  readonly note: string
}

interface Signature {
  readonly keys: string
  readonly value: Type
}

const closed: IndexSignature = { text: '', value: '', isPlain: false, note: '' }

/** What a key that is not listed may hold. */
export function indexSignature(
  schema: SchemaObject,
  members: readonly Member[],
  { place, scope }: { readonly place: Place; readonly scope: Scope },
): IndexSignature {
  const named = namedKeys(schema, place, scope)
  if (named) return named
  const signatures: Signature[] = []
  let note = scope.docs ? keyNote(schema['propertyNames']) : ''
  for (const [pattern, value] of patternsOf(schema)) {
    const type = scope.compile(value, inside(place))
    const keys = keysOfPattern(pattern)
    if (keys === 'string' && scope.docs) note = joinNotes(note, `keys /${pattern}/`)
    signatures.push({ keys, value: type })
  }
  const rest = restOf(schema)
  if (rest !== undefined && rest !== false) {
    const type = scope.compile(rest, inside(place))
    signatures.push({ keys: 'string', value: type })
    if (scope.docs) note = joinNotes(note, valueNote(rest, type))
  }
  if (signatures.length === 0) return closed
  return print(signatures, members, { scope, note })
}

function restOf(schema: SchemaObject): unknown {
  const { additionalProperties, unevaluatedProperties } = schema
  if (additionalProperties !== undefined) return additionalProperties
  if (unevaluatedProperties !== undefined) return unevaluatedProperties
  return 'propertyNames' in schema && !('properties' in schema) ? true : undefined
}

function patternsOf({ patternProperties }: SchemaObject): [string, unknown][] {
  return isSchemaObject(patternProperties) ? Object.entries(patternProperties) : []
}

function keyNote(propertyNames: unknown): string {
  if (!isSchemaObject(propertyNames)) return ''
  const note = noteOf(propertyNames, '')
  return note === '' ? '' : `keys: ${note}`
}

function valueNote(rest: unknown, type: Type): string {
  const note = isSchemaObject(rest) ? joinNotes(noteOf(rest, ''), type.note) : ''
  return note === '' ? '' : `values: ${note}`
}

/** `propertyNames` with an enum: the keys are known, the values are all alike. Required ones are members already. */
function namedKeys(schema: SchemaObject, place: Place, scope: Scope): IndexSignature | undefined {
  const { propertyNames, required } = schema
  const listed = isSchemaObject(propertyNames) ? propertyNames['enum'] : undefined
  if (!Array.isArray(listed) || 'properties' in schema) return undefined
  const members: readonly unknown[] = Array.isArray(required) ? required : []
  const optional = listed.filter(name => typeof name === 'string' && !members.includes(name))
  const names = new Set(optional.map(String))
  if (names.size === 0) return closed
  const rest = restOf(schema) ?? true
  const value = scope.compile(rest, inside(place))
  const note = scope.docs ? valueNote(rest, value) : ''
  const text = members.length > 0 ? spelled(names, value, scope) : mapped(names, value)
  return { text, value: '', isPlain: false, note }
}

/** A mapped type can hold nothing else. */
function mapped(names: ReadonlySet<string>, value: Type): string {
  const { text } = [...names].reduce((type, name) => optionalType(name, type), value)
  return `[K in ${[...names].map(name => quote(name)).join('|')}]?: ${text}`
}

function spelled(names: ReadonlySet<string>, value: Type, { docs }: Scope): string {
  const members = [...names].map(name => `${key(name)}?: ${optionalType(name, value).text}`)
  return members.join(docs ? '; ' : ',')
}

/** `^x-` → `` `x-${string}` ``: a fixed start or end is something a key's type can say. */
function keysOfPattern(pattern: string): string {
  const start = /^\^([\w -]+?)(?:\.\*\$?|\.\+\$?)?$/.exec(pattern)?.[1]
  if (start !== undefined) return `\`${start}\${string}\``
  const end = /^(?:\^?\.\*|\^?\.\+)?([\w -]+)\$$/.exec(pattern)?.[1]
  if (end !== undefined && !pattern.startsWith('^' + end)) return `\`\${string}${end}\``
  return 'string'
}

function print(
  signatures: readonly Signature[],
  members: readonly Member[],
  { scope, note }: { readonly scope: Scope; readonly note: string },
): IndexSignature {
  const separator = scope.docs ? '; ' : ','
  const byKeys = new Map<string, string[]>()
  for (const { keys, value } of signatures) {
    byKeys.set(keys, [...(byKeys.get(keys) ?? []), value.text])
  }
  const values = new Map([...byKeys.keys()].map(keys => [keys, valueOf(keys, byKeys, members)]))
  return {
    text: [...values].map(([keys, value]) => `[key: ${keys}]: ${value}`).join(separator),
    value: values.get('string') ?? 'never',
    isPlain: values.has('string') && values.size === 1,
    note,
  }
}

/** Whatever has one of these keys has to fit their signature: TypeScript would refuse the type otherwise. */
function valueOf(
  keys: string,
  byKeys: ReadonlyMap<string, readonly string[]>,
  members: readonly Member[],
): string {
  const texts = [...(byKeys.get(keys) ?? [])]
  for (const [others, values] of byKeys) {
    if (others !== keys && covers(keys, others === 'string' ? '' : unquoted(others))) {
      texts.push(...values)
    }
  }
  const covered = members.filter(member => covers(keys, unquoted(member.key)))
  texts.push(...covered.map(({ type }) => type.text))
  if (covered.some(({ isOptional }) => isOptional)) texts.push('undefined')
  return unionOf(texts)
}

function covers(keys: string, name: string): boolean {
  if (keys === 'string') return true
  const [start = '', end = ''] = unquoted(keys).split('${string}')
  return name.startsWith(start) && name.endsWith(end)
}

function unquoted(text: string): string {
  return text.replaceAll(/^["`]|["`]$/g, '')
}

function unionOf(texts: readonly string[]): string {
  const distinct = [...new Set(texts)].filter(text => text !== 'never')
  if (distinct.includes('unknown')) return 'unknown'
  const text = distinct.join(' | ')
  if (distinct.length > 1 && (text.length > maxIndexValue || text.includes('\n'))) return 'unknown'
  return text === '' ? 'never' : text
}
