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
  const all = [...new Set(keys.flat())]
  if (all.length === 0 || hasDiscriminator(branches)) return []
  const rivals = exclusive ? keys.filter((_own, index) => isBareRequired(branches[index])) : []
  const forbidden = branches.map((branch, index) => {
    const own = keys[index] ?? []
    if (isClosed(branch)) return all.filter(key => !own.includes(key))
    return isBareRequired(branch) ? rivalKeys(own, rivals) : []
  })
  return forbidden.flat().length > maxForbidden ? [] : forbidden
}

/** Where another branch needs one key more than this one, that key would make both hold; of several, no one alone would. */
function rivalKeys(own: readonly string[], rivals: readonly string[][]): string[] {
  const more = rivals.map(keys => keys.filter(key => !own.includes(key)))
  return [...new Set(more.filter(keys => keys.length === 1).flat())]
}

function ownKeys(branch: SchemaObject): string[] {
  const { properties, required } = branch
  const listed = isSchemaObject(properties) ? Object.keys(properties) : []
  const bare: unknown[] = Array.isArray(required) ? required : []
  return [...new Set([...listed, ...bare.filter(key => typeof key === 'string')])]
}

function isClosed(branch: unknown): boolean {
  if (!isSchemaObject(branch) || 'patternProperties' in branch) return false
  return branch['additionalProperties'] === false && isSchemaObject(branch['properties'])
}

const beside = new Set(['required', 'type', 'title', 'description', '$comment'])

/** True for a branch that says which keys it needs, and nothing else. */
function isBareRequired(branch: unknown): boolean {
  if (!isSchemaObject(branch) || !Array.isArray(branch['required'])) return false
  return Object.keys(branch).every(keyword => beside.has(keyword))
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
