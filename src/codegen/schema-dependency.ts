/** `dependentRequired`, `dependentSchemas` and draft-07's `dependencies`: if one key is there, something else holds. */
import { unite } from './schema-combine.ts'
import {
  atom,
  isSchemaObject,
  type Place,
  type SchemaObject,
  type Scope,
  type Type,
} from './schema-scope.ts'
import { key as spellKey } from './source.ts'

const maxDependencies = 8

/** For each dependency: the key is missing, or what depends on it holds. */
export function dependencyTypes(schema: SchemaObject, place: Place, scope: Scope): Type[] {
  const types: Type[] = []
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const dependencies = schema[keyword]
    if (!isSchemaObject(dependencies)) continue
    for (const [key, rule] of Object.entries(dependencies)) {
      if (types.length === maxDependencies) return types
      const then = scope.compile(consequence(rule), { ...place, allowed: ['object'] })
      if (then.text === 'unknown') continue
      const missing = atom(
        scope.docs ? `{ ${spellKey(key)}?: never }` : `{${spellKey(key)}?:never}`,
      )
      types.push({ ...unite([missing, then], scope), note: '' })
    }
  }
  return types
}

function consequence(rule: unknown): unknown {
  return Array.isArray(rule) ? { required: rule } : rule
}
