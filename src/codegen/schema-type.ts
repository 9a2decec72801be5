/**
 * The compiler from JSON Schema (draft-07 to 2020-12, as servers really write it) to TypeScript types.
 * Pure, bounded in depth and size, and without I/O: a reference out of the schema is `unknown`.
 */
import type { JsonSchema } from '../catalog/index.ts'
import { arrayType } from './schema-array.ts'
import { intersect, unite } from './schema-combine.ts'
import { dependencyTypes } from './schema-dependency.ts'
import { group, keywordsOf, structure } from './schema-keywords.ts'
import { commonTypes, declaredTypes, impliedTypes, jsonTypes } from './schema-kinds.ts'
import { constType, enumType } from './schema-literal.ts'
import { joinNotes, noteOf } from './schema-note.ts'
import { isBareObject, objectType } from './schema-object.ts'
import { refType, sharedType } from './schema-reference.ts'
import { withRules } from './schema-rule.ts'
import {
  atom,
  createScope,
  deeper,
  isSchemaObject,
  maxDepth,
  maxNodes,
  neverType,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
  unknownType,
} from './schema-scope.ts'
import { findShared, isLarge, type Shared } from './schema-shared.ts'
import { branchesType } from './schema-union.ts'

export interface NamedType {
  readonly name: string
  readonly text: string
  readonly note: string
}

export interface CompiledSchema {
  readonly text: string
  readonly note: string
  /** Recursive or repeated parts, in the order they were met. */
  readonly types: readonly NamedType[]
}

export interface CompileOptions {
  /** Comments for what types cannot say; without them the type is one line. */
  readonly docs: boolean
  /** The JSON types that the root can have at all. */
  readonly allowed?: readonly string[]
  /** Names already in use in the file. */
  readonly takenNames?: readonly string[]
  /** What to call the whole where it needs a name. */
  readonly rootName?: string
}

/** Types up to this length are not searched for repetitions. */
const maxUnshared = 1000
const nothingShared: ReadonlyMap<object, Shared> = new Map()

/** Compiles one schema. Terminates for every input, and never throws. */
export function compileSchema(schema: JsonSchema, options: CompileOptions): CompiledSchema {
  if (isSchemaObject(schema) && isLarge(schema)) return compileLarge(schema, options)
  const spelled = run(schema, options, nothingShared)
  if (!isSchemaObject(schema) || !maySharePart(spelled, spelled.compiled.text.length)) {
    return spelled.compiled
  }
  const shared = findShared(schema)
  return shared.size === 0 ? spelled.compiled : run(schema, options, shared).compiled
}

/** Looks for repetitions first: spelling out what a large schema repeats costs many times what naming it does. */
function compileLarge(schema: SchemaObject, options: CompileOptions): CompiledSchema {
  const shared = findShared(schema)
  const first = run(schema, options, shared)
  if (shared.size === 0) return first.compiled
  // Spelled out, the type is as long as all its parts, but for names that are longer than what they name.
  const { text, types } = first.compiled
  const length = types.reduce((sum, type) => sum + type.text.length, text.length)
  if (maySharePart(first, length / 2)) return first.compiled
  const spelled = run(schema, options, nothingShared)
  return maySharePart(spelled, spelled.compiled.text.length) ? first.compiled : spelled.compiled
}

function maySharePart({ hasRefs }: Run, length: number): boolean {
  return hasRefs || length > maxUnshared
}

interface Run {
  readonly compiled: CompiledSchema
  readonly hasRefs: boolean
}

function run(
  schema: JsonSchema,
  { docs, allowed, takenNames = [], rootName = 'Value' }: CompileOptions,
  shared: ReadonlyMap<object, Shared>,
): Run {
  const scope = createScope({ root: schema, rootName, docs, takenNames, shared }, compile)
  const root = compile(schema, { depth: 0, indent: 0, resource: undefined, allowed }, scope)
  const types: NamedType[] = []
  for (let next = scope.pending.shift(); next; next = scope.pending.shift()) {
    const { name, schema: target, resource, isReferred } = next
    const place: Place = { depth: 0, indent: 0, resource, alias: name, isDefinition: true }
    const { text, note } = compile(target, place, scope)
    const own = docs && isReferred ? noteOf(target, name) : ''
    types.push({ name, text, note: joinNotes(own, note) })
  }
  const cut = scope.capped
    ? `schema cut at ${maxNodes} nodes and depth ${maxDepth}: rest unknown`
    : ''
  const compiled = { text: root.text, note: joinNotes(root.note, cut), types }
  return { compiled, hasRefs: scope.uses !== undefined }
}

function compile(schema: unknown, place: Place, scope: Scope): Type {
  if (schema === false) return neverType
  if (!isSchemaObject(schema)) return unknownType
  if (++scope.nodes > maxNodes || place.depth > maxDepth) {
    scope.capped = true
    return unknownType
  }
  const keywords = keywordsOf(schema)
  const leaf = leafType(schema, keywords, place)
  if (leaf) return leaf
  const shared = place.isDefinition === true ? undefined : sharedType(schema, place, scope)
  if (shared) return shared
  scope.open.add(schema)
  const type = openType(schema, keywords, { place, scope })
  scope.open.delete(schema)
  return type
}

function leafType({ type }: SchemaObject, keywords: number, { allowed }: Place): Type | undefined {
  if ((keywords & structure) !== 0 || allowed !== undefined) return undefined
  return typeof type === 'string' ? leafTypes.get(type) : undefined
}

function openType(
  schema: SchemaObject,
  keywords: number,
  { place, scope }: { readonly place: Place; readonly scope: Scope },
): Type {
  const hasId = (keywords & group.resource) !== 0 && isEmbedded(schema)
  const own = hasId ? { ...place, resource: schema } : place
  const type =
    (keywords & speaking) === 0 ? plain(schema, own, scope) : combined(schema, own, scope)
  return scope.docs ? withRules(type, schema, keywords) : type
}

/** Groups beside which a schema's own type is not all there is. */
const speaking = group.value | group.reference | group.branch | group.condition

/** What nearly every schema is: a type and a description. */
const leafTypes: ReadonlyMap<string, Type> = new Map(
  Object.entries({
    string: 'string',
    number: 'number',
    integer: 'number',
    boolean: 'boolean',
    null: 'null',
  }).map(([type, text]): [string, Type] => [type, atom(text)]),
)

function isEmbedded({ $id }: SchemaObject): boolean {
  return typeof $id === 'string' && !$id.startsWith('#')
}

/** A schema that only its own type speaks about. */
function plain(schema: SchemaObject, place: Place, scope: Scope): Type {
  const declared = declaredTypes(schema)
  const allowed = commonTypes(declared, place.allowed)
  if (allowed?.length === 0) return neverType
  const types = declared === undefined ? spokenTypes(schema, allowed) : (allowed ?? [])
  return typesOf(types, schema, { place, scope })
}

/** Everything the keywords say, as one intersection. */
function combined(schema: SchemaObject, place: Place, scope: Scope): Type {
  const declared = declaredTypes(schema)
  const allowed = commonTypes(declared, place.allowed)
  if (allowed?.length === 0 || allowsNothing(schema)) return neverType
  const value = valueType(schema, allowed)
  if (value) return value
  const { alias } = place
  const siblings = siblingsOf(schema, place)
  const others = applicatorTypes(schema, { ...deeper(place), alias, allowed, siblings }, scope)
  const spoken = declared === undefined ? spokenTypes(schema, allowed) : (allowed ?? [])
  const types = withoutBarred(spoken, schema['not'])
  if (others.length === 0) return typesOf(types, schema, { place, scope })
  // A base that says less than the branches beside it is left out.
  const base = types.every(type => isBare(type, schema))
    ? unknownType
    : typesOf(types, schema, { place, scope })
  return intersect([base, ...others], scope)
}

/** `not: {}` and `not: true` allow nothing. */
function allowsNothing({ not }: SchemaObject): boolean {
  return not === true || (isSchemaObject(not) && Object.keys(not).length === 0)
}

function siblingsOf({ properties }: SchemaObject, place: Place): SchemaObject | undefined {
  return isSchemaObject(properties) ? properties : place.siblings
}

/** `const` and `enum` say it all; other keywords only narrow what they list. */
function valueType(schema: SchemaObject, types: readonly string[] | undefined): Type | undefined {
  if ('const' in schema) return constType(schema['const'])
  const values = schema['enum']
  if (!Array.isArray(values)) return undefined
  const withNull =
    schema['nullable'] === true && !values.includes(null) ? [...values, null] : values
  return enumType(excluded(withNull, schema['not']), types)
}

/** `not` beside an enum takes values away. */
function excluded(values: readonly unknown[], not: unknown): readonly unknown[] {
  if (!isSchemaObject(not)) return values
  const barred: unknown = 'const' in not ? [not['const']] : not['enum']
  return Array.isArray(barred) ? values.filter(value => !barred.includes(value)) : values
}

function applicatorTypes(schema: SchemaObject, place: Place, scope: Scope): Type[] {
  const types: Type[] = []
  const add = (type: Type | undefined): void => {
    if (type && (type.text !== 'unknown' || type.note !== '')) types.push(type)
  }
  for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef']) {
    const ref = schema[keyword]
    if (typeof ref === 'string') add(refType(ref, place, scope))
  }
  const { anyOf, oneOf, allOf } = schema
  if (Array.isArray(anyOf)) add(branchesType(anyOf, place, { scope, exclusive: false }))
  if (Array.isArray(oneOf)) add(branchesType(oneOf, place, { scope, exclusive: true }))
  if (Array.isArray(allOf)) for (const part of allOf) add(compile(part, place, scope))
  for (const type of dependencyTypes(schema, place, scope)) add(type)
  return types
}

/** The types that the keywords speak of, as far as the surroundings allow them. */
function spokenTypes(
  schema: SchemaObject,
  allowed: readonly string[] | undefined,
): readonly string[] {
  const implied = impliedTypes(schema)
  if (allowed === undefined) return implied
  // A keyword about objects says nothing about the null that may stand in an object's place.
  return implied.some(type => allowed.includes(type)) ? allowed : []
}

function typesOf(
  types: readonly string[],
  schema: SchemaObject,
  at: { readonly place: Place; readonly scope: Scope },
): Type {
  const [only] = types
  if (only === undefined) return unknownType
  if (types.length === 1) return typeOfKind(only, schema, at)
  return unite(
    types.map(type => typeOfKind(type, schema, at)),
    at.scope,
  )
}

/** `not: {type}` takes types away, from the declared ones or from all there are. */
function withoutBarred(types: readonly string[], not: unknown): readonly string[] {
  if (!isSchemaObject(not) || Object.keys(not).length !== 1) return types
  const barred = declaredTypes(not)
  if (barred === undefined) return types
  return (types.length === 0 ? jsonTypes : types).filter(type => !barred.includes(type))
}

/** True where a base of this type would only repeat what the branches beside it say better. */
function isBare(type: string, schema: SchemaObject): boolean {
  if (type === 'object') return isBareObject(schema)
  return type !== 'array' || !('items' in schema || 'prefixItems' in schema)
}

function typeOfKind(
  type: string,
  schema: SchemaObject,
  { place, scope }: { readonly place: Place; readonly scope: Scope },
): Type {
  if (type === 'object') return objectType(schema, place, scope)
  if (type === 'array') return arrayType(schema, place, scope)
  return leafTypes.get(type) ?? unknownType
}
