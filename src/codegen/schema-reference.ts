/** `$ref` and its relatives: inlined where that is short or used once, a named type where it repeats or recurs. */
import { pascalCase } from './names.ts'
import {
  atom,
  deeper,
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

/** The type of what `ref` points to; `unknown` where it points out of the schema, or nowhere. */
export function refType(ref: string, place: Place, scope: Scope): Type {
  const pointer = findTarget(ref, place, scope)
  if (!pointer) return scope.docs ? { ...unknownType, note: unresolved(ref) } : unknownType
  const { target, resource, word } = pointer
  if (!isSchemaObject(target)) return scope.compile(target, deeper(place))
  const known = scope.definitions.get(target)
  if (known) return named(known.name, place, scope)
  const isRecursive = scope.open.has(target)
  if (!isRecursive && (isShort(target) || usesOf(ref, scope) < 2)) {
    const { depth, indent, alias } = place
    return scope.compile(target, { depth, indent, resource, alias })
  }
  return named(define(target, { word, resource }, scope), place, scope)
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

function define(
  target: SchemaObject,
  { word, resource }: { readonly word: string; readonly resource: SchemaObject | undefined },
  scope: Scope,
): string {
  const title = typeof target['title'] === 'string' ? target['title'] : ''
  const name = freeName(pascalCase(word) || pascalCase(title) || 'Value', scope.takenNames)
  const definition = { name, schema: target, resource }
  scope.definitions.set(target, definition)
  scope.pending.push(definition)
  return name
}

function freeName(wanted: string, taken: Set<string>): string {
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
