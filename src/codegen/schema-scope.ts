/** What one run of the schema compiler knows: the document, its definitions, and how much it may still spend. */
import type { JsonSchema } from '../catalog/index.ts'
import { type Pointer, resolveRef } from './schema-pointer.ts'
import type { Shared } from './schema-shared.ts'

/** Deeper schemas become `unknown`: nothing real is half as deep, and the compiler never runs out of stack. */
export const maxDepth = 32
/** Larger schemas become `unknown` from there on. */
export const maxNodes = 5000

/** A property as it will be printed. */
export interface Member {
  readonly key: string
  readonly isOptional: boolean
  readonly type: Type
  readonly note: string
}

/** A type as text. Level: 0 stands anywhere, 1 is an intersection, 2 a union: they need parentheses in places. */
export interface Type {
  readonly text: string
  readonly level: 0 | 1 | 2
  /** What the type cannot say, for the comment beside it; empty without docs. */
  readonly note: string
}

export type SchemaObject = { readonly [keyword: string]: unknown }

/** A named type above the tool: a recursive schema, or one used more than once. */
export interface Definition {
  readonly name: string
  readonly schema: SchemaObject
  readonly resource: SchemaObject | undefined
  /** A reference says nothing beside its target: what the target says of itself then stands at the named type. */
  isReferred: boolean
}

export interface Scope {
  /** The type of any schema at any place in the document. */
  readonly compile: (schema: unknown, place: Place) => Type
  readonly root: JsonSchema
  readonly rootName: string
  docs: boolean
  /** Distinguishes the named types of two schemas in one file. */
  readonly takenNames: readonly string[]
  /** The same and every name given since; made when the first one is. */
  names: Set<string> | undefined
  /** Parts that are used more than once: they get names. */
  readonly shared: ReadonlyMap<object, Shared>
  /** By the schema that is named, or by the repeated part that it stands for. */
  readonly definitions: Map<object, Definition>
  /** Definitions whose text is still to be written. */
  readonly pending: Definition[]
  /** Schemas being written right now, from the outside in. */
  readonly open: Set<object>
  uses: Map<string, number> | undefined
  /** Which named types stand bare in which others: a circle of those is no type. */
  readonly bareUses: Map<string, Set<string>>
  nodes: number
  capped: boolean
}

/** Where in the schema the compiler stands. */
export interface Place {
  /** Schemas around this one. */
  readonly depth: number
  /** Braces around it in the text. */
  readonly indent: number
  /** The nearest enclosing schema with an `$id`: what `#` means here. */
  readonly resource: SchemaObject | undefined
  /** True at the root of a named type, which is not to be replaced by its name. */
  readonly isDefinition?: boolean
  /** The named type whose text this is, as long as no brace or bracket stands between. */
  readonly alias?: string | undefined
  /** Types that the schema around a branch allows. */
  readonly allowed?: readonly string[] | undefined
  /** Properties of the schema around a branch: what a bare `required` in the branch speaks of. */
  readonly siblings?: SchemaObject | undefined
  /** Keys that this branch of a union must not have. */
  readonly forbidden?: readonly string[] | undefined
}

export const unknownType: Type = { text: 'unknown', level: 0, note: '' }
export const neverType: Type = { text: 'never', level: 0, note: '' }
export const recordType: Type = { text: 'Record<string, unknown>', level: 0, note: '' }

export function atom(text: string, note = ''): Type {
  return { text, level: 0, note }
}

/** What every object inherits. An optional key of such a name is never missing to TypeScript: it finds the function. */
const inherited: ReadonlySet<string> = new Set(
  'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf'.split(
    ' ',
  ),
)

/** The type of a key that may be missing: where all objects inherit its name, what they inherit stands for that. */
export function optionalType(key: string, type: Type): Type {
  if (!inherited.has(key) || type.text === 'unknown' || type.text.endsWith('Function')) return type
  const text = type.text === 'never' ? 'Function' : `${type.text} | Function`
  return { ...type, text, level: 2 }
}

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A scope in which nothing is compiled yet. `compile` comes in from above: the parts of the compiler call each other. */
export function createScope(
  { root, rootName, docs, takenNames, shared }: ScopeOptions,
  compile: (schema: unknown, place: Place, scope: Scope) => Type,
): Scope {
  const scope: Scope = {
    compile: (schema, place) => compile(schema, place, scope),
    root,
    rootName,
    docs,
    takenNames,
    names: undefined,
    shared,
    definitions: new Map(),
    pending: [],
    open: new Set(),
    uses: undefined,
    bareUses: new Map(),
    nodes: 0,
    capped: false,
  }
  return scope
}

interface ScopeOptions {
  readonly root: JsonSchema
  readonly rootName: string
  readonly docs: boolean
  readonly takenNames: readonly string[]
  readonly shared: ReadonlyMap<object, Shared>
}

/** Inside an object's braces. */
export function inside({ depth, indent, resource }: Place): Place {
  return { depth: depth + 1, indent: indent + 1, resource }
}

/** One schema deeper, in the same braces: a branch, an item. */
export function deeper({ depth, indent, resource }: Place): Place {
  return { depth: depth + 1, indent, resource }
}

/** Finds what `$ref` points to inside this schema; never anywhere else. */
export function findTarget(ref: string, place: Place, scope: Scope): Pointer | undefined {
  return resolveRef(ref, place.resource, scope.root)
}

/** How often each `$ref` text occurs in the schema; counted once, when the first one is met. */
export function usesOf(ref: string, scope: Scope): number {
  scope.uses ??= countRefs(scope.root)
  return scope.uses.get(ref) ?? 0
}

function countRefs(root: unknown): Map<string, number> {
  const uses = new Map<string, number>()
  const stack: unknown[] = [root]
  // A schema is at most 256 KiB of JSON by default; this only bounds what a raised limit lets in.
  for (let left = 500_000; left > 0 && stack.length > 0; left--) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value) && '$ref' in value && typeof value.$ref === 'string') {
      uses.set(value.$ref, (uses.get(value.$ref) ?? 0) + 1)
    }
    for (const member of Object.values(value)) stack.push(member)
  }
  return uses
}
