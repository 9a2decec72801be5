/** `anyOf` and `oneOf`. */
import { unite } from './schema-combine.ts'
import { constType } from './schema-literal.ts'
import { describe, joinNotes, noteOf } from './schema-note.ts'
import {
  isSchemaObject,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
} from './schema-scope.ts'
import { lineComment } from './source.ts'

/** A union whose members would need more `key?: never` than this stays as it is. */
const maxForbidden = 12

interface UnionOptions {
  readonly scope: Scope
  /** `oneOf`: exactly one may hold. */
  readonly exclusive: boolean
}

/** The union of the branches, each with what it says about itself. */
export function branchesType(
  branches: readonly unknown[],
  place: Place,
  { scope, exclusive }: UnionOptions,
): Type | undefined {
  if (branches.length === 0) return undefined
  const forbidden = forbiddenKeys(branches, exclusive)
  const types = branches.map((branch, index) => {
    const type = scope.compile(branch, { ...place, forbidden: forbidden[index] })
    return scope.docs && isSchemaObject(branch) ? annotated(type, branch) : type
  })
  const union = unite(types, scope)
  // Branches that contradict what stands around them all say nothing useful.
  return union.text === 'never' ? undefined : union
}

/** A branch's description: at its opening brace, or in the note together with the value it is about. */
function annotated(type: Type, branch: SchemaObject): Type {
  if ('const' in branch) {
    const note = describe(branch, constType(branch['const']).text)
    return note === '' ? type : { ...type, note: `${type.text} = ${note}` }
  }
  const note = noteOf(branch, '')
  const end = type.text.indexOf('\n')
  if (note === '' || end !== 1) return { ...type, note: joinNotes(note, type.note) }
  return { ...type, text: `{ // ${lineComment(note)}${type.text.slice(end)}` }
}

/**
 * Keys that a branch must not have. TypeScript lets a union's member borrow keys of the others; where the schema does not
 * (closed branches that no discriminator tells apart, bare `required`s of a `oneOf`), they are spelled `key?: never`.
 */
function forbiddenKeys(branches: readonly unknown[], exclusive: boolean): readonly string[][] {
  const keys = branches.map(branch => (isSchemaObject(branch) ? ownKeys(branch) : []))
  const all = new Set(keys.flat())
  const mayForbid = branches.map(branch => isSchemaObject(branch) && isClosed(branch, exclusive))
  if (all.size === 0 || !mayForbid.includes(true) || hasDiscriminator(branches)) return []
  const forbidden = keys.map((own, index) =>
    mayForbid[index] === true ? [...all].filter(key => !own.includes(key)) : [],
  )
  return forbidden.flat().length > maxForbidden ? [] : forbidden
}

function ownKeys(branch: SchemaObject): string[] {
  const { properties, required } = branch
  const listed = isSchemaObject(properties) ? Object.keys(properties) : []
  const bare: unknown[] = Array.isArray(required) ? required : []
  return [...new Set([...listed, ...bare.filter(key => typeof key === 'string')])]
}

function isClosed(branch: SchemaObject, exclusive: boolean): boolean {
  if (branch['additionalProperties'] === false) return isSchemaObject(branch['properties'])
  return exclusive && Array.isArray(branch['required']) && !('properties' in branch)
}

/** A key that every object branch requires with a value of its own: TypeScript tells the members apart by it. */
function hasDiscriminator(branches: readonly unknown[]): boolean {
  const seen = new Map<string, Set<string>>()
  const objects = branches.filter(branch => isSchemaObject(branch) && 'properties' in branch)
  for (const branch of objects) {
    for (const [key, value] of literalProperties(branch)) {
      seen.set(key, (seen.get(key) ?? new Set()).add(value))
    }
  }
  return [...seen.values()].some(values => values.size === branches.length)
}

function literalProperties(branch: unknown): [string, string][] {
  const properties = isSchemaObject(branch) ? branch['properties'] : undefined
  if (!isSchemaObject(properties)) return []
  return Object.entries(properties).flatMap(([key, value]): [string, string][] => {
    if (!isSchemaObject(value)) return []
    if ('const' in value) return [[key, constType(value['const']).text]]
    const only: unknown = Array.isArray(value['enum']) ? value['enum'] : []
    return Array.isArray(only) && only.length === 1 ? [[key, constType(only[0]).text]] : []
  })
}
