/** What a type cannot say about a value, in few words: for the comment beside the property. */
import { cleanLine, truncate } from '../text/index.ts'
import { group, keywordsOf } from './schema-keywords.ts'
import type { SchemaObject } from './schema-scope.ts'

const maxPattern = 200
const maxExample = 80
const maxDefault = 120
/** Beyond a safe integer a bound says only "an integer": Zod writes these on every one. */
const safe = Number.MAX_SAFE_INTEGER

/** "Results per page (int 1..100, default 30)"; empty where there is nothing to say. */
export function noteOf(schema: SchemaObject, key: string): string {
  const description = describe(schema, key)
  const hasFacts = (keywordsOf(schema) & group.fact) !== 0 || schema['type'] !== 'string'
  const facts = hasFacts ? factsOf(schema, description) : ''
  if (facts === '') return description
  return description === '' ? facts : `${description} (${facts})`
}

/** Two notes about one value, without saying the same twice. */
export function joinNotes(first: string, second: string): string {
  // The one branch of a nullable union usually repeats what its property says, and adds its facts.
  if (second.startsWith(first)) return second
  if (second === '' || first.startsWith(second)) return first
  return `${first}; ${second}`
}

/** A schema's description, or its title where that says more than the key does. */
export function describe({ description, title }: SchemaObject, key: string): string {
  if (typeof description === 'string' && description !== '') return cleanLine(description)
  if (typeof title !== 'string' || letters(title) === letters(key)) return ''
  return cleanLine(title)
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function factsOf(schema: SchemaObject, description: string): string {
  let facts = ''
  const add = (fact: string): void => {
    if (fact !== '') facts += facts === '' ? fact : `, ${fact}`
  }
  const keywords = keywordsOf(schema)
  add(numberFact(schema, (keywords & group.number) !== 0))
  if ((keywords & group.fact) === 0) return facts
  if (schema['deprecated'] === true) add('deprecated')
  if (schema['readOnly'] === true) add('read-only')
  if (schema['writeOnly'] === true) add('write-only')
  add(textFact(schema))
  add(sizeFact(schema))
  if ('default' in schema) add(defaultFact(schema['default'], description))
  add(exampleFact(schema))
  return facts
}

function numberFact(schema: SchemaObject, isBounded: boolean): string {
  const { type, multipleOf } = schema
  const integer = type === 'integer' || (Array.isArray(type) && type.includes('integer'))
  if (!isBounded) return integer ? 'int' : ''
  const range = rangeFact(
    bound(schema['minimum'], schema['exclusiveMinimum'], '>'),
    bound(schema['maximum'], schema['exclusiveMaximum'], '<'),
  )
  const step = typeof multipleOf === 'number' && multipleOf !== 1 ? `multiple of ${multipleOf}` : ''
  const kind = integer ? 'int' : ''
  const withRange = kind !== '' && range !== '' ? `${kind} ${range}` : kind + range
  return withRange !== '' && step !== '' ? `${withRange}, ${step}` : withRange + step
}

const preciseFormats = new Set([
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'uuid',
  'uri',
  'ipv4',
  'ipv6',
])

interface Bound {
  readonly value: number
  readonly sign: '' | '<' | '>'
}

/** Draft-04 wrote exclusive bounds as a boolean beside the bound; later drafts as the bound itself. */
function bound(inclusive: unknown, exclusive: unknown, sign: '<' | '>'): Bound | undefined {
  if (typeof exclusive === 'number' && isTelling(exclusive)) return { value: exclusive, sign }
  if (typeof inclusive !== 'number' || !isTelling(inclusive)) return undefined
  return { value: inclusive, sign: exclusive === true ? sign : '' }
}

function isTelling(value: number): boolean {
  return value > -safe && value < safe
}

function rangeFact(low: Bound | undefined, high: Bound | undefined): string {
  if (low && high && low.sign === '' && high.sign === '') return `${low.value}..${high.value}`
  const lowFact = low ? `${low.sign || '>='} ${low.value}` : ''
  const highFact = high ? `${high.sign || '<='} ${high.value}` : ''
  return lowFact !== '' && highFact !== '' ? `${lowFact} and ${highFact}` : lowFact + highFact
}

function textFact(schema: SchemaObject): string {
  const facts: string[] = []
  const { format, pattern, contentEncoding, contentMediaType } = schema
  if (typeof format === 'string') facts.push(truncate(cleanLine(format), 40))
  if (typeof contentEncoding === 'string') facts.push(truncate(cleanLine(contentEncoding), 40))
  if (typeof contentMediaType === 'string') facts.push(truncate(cleanLine(contentMediaType), 80))
  if (typeof pattern === 'string' && !isPrecise(format)) {
    facts.push(`/${truncate(cleanLine(pattern), maxPattern)}/`)
  }
  return facts.join(', ')
}

/** Formats that say as much as the pattern which generators write beside them. */
function isPrecise(format: unknown): boolean {
  return typeof format === 'string' && preciseFormats.has(format)
}

function sizeFact(schema: SchemaObject): string {
  const facts: string[] = []
  const add = (low: unknown, high: unknown, unit: string): void => {
    const range = rangeFact(bound(low, false, '>'), bound(high, false, '<'))
    if (range !== '') facts.push(`${range} ${unit}`)
  }
  if ('minLength' in schema || 'maxLength' in schema) {
    if (schema['minLength'] === 1 && schema['maxLength'] === undefined) facts.push('not empty')
    else add(schema['minLength'], schema['maxLength'], 'chars')
  }
  if ('minItems' in schema || 'maxItems' in schema) {
    if (schema['minItems'] === 1 && schema['maxItems'] === undefined) facts.push('not empty')
    else add(schema['minItems'], schema['maxItems'], 'items')
  }
  if (schema['uniqueItems'] === true) facts.push('unique')
  add(schema['minProperties'], schema['maxProperties'], 'keys')
  return facts.join(', ')
}

function defaultFact(value: unknown, description: string): string {
  const shown = short(value, maxDefault)
  const said = /\bdefaults?\b/i.test(description) && description.includes(bare(shown))
  return said || shown === '' ? '' : `default ${shown}`
}

function bare(shown: string): string {
  return shown.startsWith('"') ? shown.slice(1, -1) : shown
}

function exampleFact({ examples, example }: SchemaObject): string {
  const first: unknown = Array.isArray(examples) ? examples[0] : example
  if (first === undefined) return ''
  const shown = short(first, maxExample)
  return shown === '' ? '' : `e.g. ${shown}`
}

/** A value as short JSON; empty where it would have to be cut so much that it says nothing. */
function short(value: unknown, maxLength: number): string {
  if (typeof value === 'string') return JSON.stringify(truncate(cleanLine(value), maxLength))
  if (typeof value !== 'object' || value === null) return String(value)
  const json = shallowJson(value)
  return json.length > maxLength ? '' : json
}

/** JSON of small values; a default can be as deep as the server likes. */
function shallowJson(value: object): string {
  try {
    return cleanLine(JSON.stringify(value))
  } catch {
    return ''
  }
}
