/** `$ref` and its relatives: inlined where that is short or used once, a named type where it repeats or recurs. */
import { pascalCase } from './names.ts'
import { joinNotes, noteOf } from './schema-note.ts'
import {
  atom,
  type Definition,
  findTarget,
  isSchemaObject,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
  unknownType,
  usesOf,
} from './schema-scope.ts'

/** Keywords that make a schema more than a few tokens long. */
const structural = [
  'properties',
  'items',
  'prefixItems',
  'anyOf',
  'oneOf',
  'allOf',
  'patternProperties',
]
const maxInlineEnum = 6
/** Names that generated types and files use themselves. */
const globalNames = ['Array', 'Function', 'Object', 'Promise', 'Record', 'Tool', 'TypedTool']

/** The type of what `ref` points to; `unknown` where it points out of the schema, or nowhere. */
export function refType(ref: string, place: Place, scope: Scope): Type {
  const pointer = findTarget(ref, place, scope)
  if (!pointer) return scope.docs ? { ...unknownType, note: unresolved(ref) } : unknownType
  const { target, resource, word } = pointer
  if (!isSchemaObject(target)) {
    return typeof target === 'boolean' ? scope.compile(target, place) : unknownType
  }
  const type = targetType(
    { schema: target, word, resource, uses: usesOf(ref, scope) },
    place,
    scope,
  )
  const definition = definitionOf(target, scope)
  if (definition) definition.isReferred = true
  if (definition || !scope.docs) return type
  return { ...type, note: joinNotes(noteOf(target, ''), type.note) }
}

function targetType(wanted: Wanted & { readonly uses: number }, place: Place, scope: Scope): Type {
  const { schema, resource, uses } = wanted
  const known = scope.definitions.get(schema)
  if (known) return named(known.name, place, scope)
  const mayInline = !scope.open.has(schema) && (isShort(schema) || uses < 2)
  if (!mayInline && !scope.shared.has(schema)) {
    return named(define(schema, wanted, scope), place, scope)
  }
  const { depth, indent, alias } = place
  return scope.compile(schema, { depth, indent, resource, alias })
}

function definitionOf(target: SchemaObject, scope: Scope): Definition | undefined {
  const shared = scope.shared.get(target)
  return scope.definitions.get(target) ?? (shared && scope.definitions.get(shared))
}

/** The name of the repeated part that this schema is a copy of, if it is one. */
export function sharedType(schema: SchemaObject, place: Place, scope: Scope): Type | undefined {
  if (scope.shared.size === 0) return undefined
  const shared = scope.shared.get(schema)
  // A branch that forbids keys is not the part that it repeats.
  if (!shared || (place.forbidden && place.forbidden.length > 0)) return undefined
  const { word } = shared
  const name =
    scope.definitions.get(shared)?.name ??
    define(shared, { schema, word: word || scope.rootName, resource: place.resource }, scope)
  return named(name, place, scope)
}

/** A use of a named type; `unknown` where it would make the type its own definition. */
function named(name: string, { alias }: Place, { bareUses }: Scope): Type {
  if (alias === undefined) return atom(name)
  if (name === alias || reaches(name, alias, bareUses)) return unknownType
  bareUses.set(alias, (bareUses.get(alias) ?? new Set()).add(name))
  return atom(name)
}

function reaches(
  from: string,
  to: string,
  uses: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const queue = [from]
  const seen = new Set(queue)
  for (const name of queue) {
    for (const next of uses.get(name) ?? []) {
      if (next === to) return true
      if (!seen.has(next)) queue.push(next)
      seen.add(next)
    }
  }
  return false
}

function unresolved(ref: string): string {
  return `unresolved $ref ${ref.slice(0, 80)}`
}

interface Wanted {
  readonly schema: SchemaObject
  readonly word: string
  readonly resource: SchemaObject | undefined
}

function define(key: object, { schema, word, resource }: Wanted, scope: Scope): string {
  const title = typeof schema['title'] === 'string' ? schema['title'] : ''
  const name = freeName(pascalCase(word) || pascalCase(title) || scope.rootName, scope)
  const definition: Definition = { name, schema, resource, isReferred: false }
  scope.definitions.set(key, definition)
  scope.pending.push(definition)
  return name
}

function freeName(wanted: string, scope: Scope): string {
  const taken = (scope.names ??= new Set([...globalNames, ...scope.takenNames]))
  let name = wanted.slice(0, 64)
  for (let number = 2; taken.has(name); number++) name = `${wanted.slice(0, 60)}${number}`
  taken.add(name)
  return name
}

function isShort(target: SchemaObject): boolean {
  if (structural.some(keyword => keyword in target)) return false
  const values = target['enum']
  return !Array.isArray(values) || values.length <= maxInlineEnum
}
