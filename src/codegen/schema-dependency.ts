/** `dependentRequired`, `dependentSchemas` and draft-07's `dependencies`: if one key is there, something else holds. */
import { unite } from './schema-combine.ts'
import {
  atom,
  isSchemaObject,
  neverType,
  optionalType,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
} from './schema-scope.ts'
import { key as spellKey } from './source.ts'

const maxDependencies = 8

/** For each dependency: the key is missing, or what depends on it holds, or the value is no object at all. */
export function dependencyTypes(schema: SchemaObject, place: Place, scope: Scope): Type[] {
  const types: Type[] = []
  const others = (place.allowed ?? []).filter(type => type !== 'object')
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const dependencies = schema[keyword]
    if (!isSchemaObject(dependencies)) continue
    for (const [key, rule] of Object.entries(dependencies)) {
      if (types.length === maxDependencies) return types
      const then = scope.compile(consequence(rule), { ...place, allowed: ['object'] })
      if (then.text === 'unknown') continue
      const missing = isRequired(key, schema) ? neverType : withoutKey(key, scope)
      const besides = others.map(type => scope.compile({ type }, place))
      types.push({ ...unite([missing, then, ...besides], scope), note: '' })
    }
  }
  return types
}

function withoutKey(key: string, { docs }: Scope): Type {
  const { text } = optionalType(key, neverType)
  return atom(docs ? `{ ${spellKey(key)}?: ${text} }` : `{${spellKey(key)}?:${text}}`)
}

function isRequired(key: string, { required }: SchemaObject): boolean {
  return Array.isArray(required) && required.includes(key)
}

function consequence(rule: unknown): unknown {
  return Array.isArray(rule) ? { required: rule } : rule
}
