/** Rules that no type says: conditions, exclusions, what a list must contain. For the comment beside the type. */
import { group } from './schema-keywords.ts'
import { declaredTypes } from './schema-kinds.ts'
import { joinNotes } from './schema-note.ts'
import { isSchemaObject, type SchemaObject, type Type } from './schema-scope.ts'

const maxRule = 100
const maxParts = 40

/** The type with the schema's rules in its note: spelled where they are short, else named. */
export function withRules(type: Type, schema: SchemaObject, keywords: number): Type {
  if ((keywords & group.rule) === 0 || type.text === 'never') return type
  const rules = [conditionOf(schema), exclusionOf(schema), contentOf(schema)]
  const note = rules.filter(rule => rule !== '').join('; ')
  return note === '' ? type : { ...type, note: joinNotes(type.note, note) }
}

function conditionOf(schema: SchemaObject): string {
  const { if: condition } = schema
  if (condition === undefined) return ''
  const branches = ['then', 'else'].map(keyword => [keyword, schema[keyword]] as const)
  const telling = branches.filter(([, branch]) => branch !== undefined && branch !== true)
  if (telling.length === 0) return ''
  const parts = [['if', condition] as const, ...telling]
  const texts = parts.map(([keyword, part]) => `${keyword} ${brief(part)}`)
  const isWhole = texts.every(text => !text.endsWith(' '))
  return isWhole ? texts.join(' ') : 'more rules apply: if/then/else too long to show'
}

/** What the compiler made part of the type, or of an enum's values, is not said again. */
function exclusionOf(schema: SchemaObject): string {
  const { not } = schema
  if (!isSchemaObject(not) || 'const' in schema) return ''
  if (Array.isArray(schema['enum']) && ('const' in not || Array.isArray(not['enum']))) return ''
  if (Object.keys(not).length === 1 && declaredTypes(not) !== undefined) return ''
  const shown = brief(not)
  return shown === '' ? 'more rules apply: not too long to show' : `not ${shown}`
}

function contentOf({ contains, minContains, maxContains }: SchemaObject): string {
  if (contains === undefined || contains === true) return ''
  const low = typeof minContains === 'number' ? minContains : 1
  const high = typeof maxContains === 'number' ? maxContains : Number.POSITIVE_INFINITY
  if (low <= 0 && high === Number.POSITIVE_INFINITY) return ''
  const count = high === Number.POSITIVE_INFINITY ? `at least ${low}` : `${low}..${high}`
  return `contains ${count} of ${brief(contains) || 'a schema too long to show'}`
}

/** A schema as JSON where that is short, else empty; looks at no more of it than it could show. */
function brief(schema: unknown): string {
  let left = maxParts
  const part = (key: string, value: unknown): unknown => {
    const isLong = key.length > maxRule || (typeof value === 'string' && value.length > maxRule)
    if (--left < 0 || isLong) throw new RangeError('Too long to show')
    return value
  }
  try {
    const json = JSON.stringify(schema, part)
    return json.length > maxRule ? '' : json
  } catch {
    return ''
  }
}
