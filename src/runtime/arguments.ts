/** A tool's arguments from a command line: JSON, @file, -, --flag value and key=value, typed by the tool's schema. */
import { readFileSync } from 'node:fs'

import { parseExactly } from '../json-value.ts'
import { ToolError } from './result.ts'
import { isRecord } from './wire.ts'

type Args = Record<string, unknown>

export interface ArgumentSource {
  readonly argv: readonly string[]
  /** The tool's inputSchema where it is known; asked for only if a flag needs it. */
  readonly schema: () => unknown
  readonly stdin: () => Promise<string>
  readonly file?: (path: string) => string
}

/** Throws INVALID_ARGUMENT for anything it cannot read; later words win over earlier ones. */
export async function readArguments(source: ArgumentSource): Promise<Args> {
  const { argv, schema } = source
  const words = [...argv]
  const args: Args = {}
  let properties: Properties | undefined
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const whole = await wholeObject(word, source)
    if (whole !== undefined) {
      assign(args, Object.entries(whole))
      continue
    }
    properties ??= propertiesOf(await schema())
    const [name, value] = splitWord(word, words, properties)
    addValue(args, { path: properties.find(name), text: value, properties })
  }
  return args
}

async function wholeObject(
  word: string,
  { stdin, file = readArgumentFile }: ArgumentSource,
): Promise<Args | undefined> {
  if (word === '-') return parseObject(await stdin(), 'standard input')
  if (word.startsWith('@')) return parseObject(file(word.slice(1)), word)
  return /^\s*[{[]/.test(word) ? parseObject(word, 'the argument') : undefined
}

/** Throws INVALID_ARGUMENT with the reason. */
export function readArgumentFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw invalid(`Cannot read the arguments from "${path}"`, whyUnreadable(error))
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file; give a path after "@"'
  if (code === 'EISDIR') return 'it is a folder; give a file that holds a JSON object'
  if (code === 'EACCES') return 'it may not be read; make it readable for yourself'
  return `the system says ${String(code)}`
}

function parseObject(text: string, from: string): Args {
  let value: unknown
  try {
    value = parseExactly(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw invalid(
      `Cannot read the arguments from ${from}`,
      `it is no JSON (${error instanceof Error ? error.message : String(error)}); quote it for your shell, or use --name value`,
    )
  }
  if (isRecord(value)) return value
  throw invalid(
    `Cannot read the arguments from ${from}`,
    'it is no JSON object; give {"name": value, …}',
  )
}

/** `--name value`, `--name=value`, `--name`, `--no-name` or `name=value`. */
function splitWord(word: string, rest: string[], properties: Properties): [string, string | true] {
  if (word.startsWith('--')) return splitFlag(word.slice(2), rest, properties)
  const equals = word.indexOf('=')
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)]
  throw invalid(
    `Cannot read the argument ${JSON.stringify(word)}`,
    'give a JSON object, @file, -, --name value or name=value',
  )
}

function splitFlag(flag: string, rest: string[], properties: Properties): [string, string | true] {
  const equals = flag.indexOf('=')
  if (equals > 0) return [flag.slice(0, equals), flag.slice(equals + 1)]
  const negated = flag.startsWith('no-') && !properties.has(flag) && properties.has(flag.slice(3))
  if (negated) return [flag.slice(3), 'false']
  const next = rest[0]
  if (properties.isBoolean(flag)) return [flag, isBoolean(next) ? (rest.shift() ?? true) : true]
  if (next !== undefined && !next.startsWith('--')) return [flag, rest.shift() ?? '']
  if (!properties.has(flag)) return [flag, true]
  throw invalid(`Cannot read the flag "--${flag}"`, 'it needs a value')
}

function isBoolean(word: string | undefined): boolean {
  return word === 'true' || word === 'false'
}

/** What a tool's schema says of the names that flags give. */
export interface Properties {
  readonly has: (name: string) => boolean
  readonly isBoolean: (name: string) => boolean
  /** The property a flag means: exactly, or but for case and separators; dots go inwards. */
  readonly find: (name: string) => readonly string[]
  readonly schemaAt: (path: readonly string[]) => unknown
}

export function propertiesOf(schema: unknown): Properties {
  const schemaAt = (path: readonly string[]): unknown =>
    path.reduce<unknown>((at, name) => childrenOf(at)[name], schema)
  const find = (name: string): readonly string[] => {
    const exact = exactName(childrenOf(schema), name)
    if (exact !== undefined) return [exact]
    const path: string[] = []
    for (const part of name.split('.')) {
      path.push(exactName(childrenOf(schemaAt(path)), part) ?? part)
    }
    return path
  }
  return {
    schemaAt,
    find,
    has: name => schemaAt(find(name)) !== undefined,
    isBoolean: name => typesOf(schemaAt(find(name))).join() === 'boolean',
  }
}

function childrenOf(schema: unknown): Args {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  return isRecord(properties) ? Object.assign(Object.create(null), properties) : {}
}

function exactName(properties: Args, name: string): string | undefined {
  const names = Object.keys(properties)
  return names.find(known => known === name) ?? names.find(known => plain(known) === plain(name))
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

interface NewValue {
  readonly path: readonly string[]
  readonly text: string | true
  readonly properties: Properties
}

/** A flag given again makes a list, where the schema has one or says nothing. */
function addValue(args: Args, { path, text, properties }: NewValue): void {
  const schema = properties.schemaAt(path)
  const last = path.at(-1) ?? ''
  let at = args
  for (const name of path.slice(0, -1)) {
    const inner = Object.hasOwn(at, name) ? at[name] : undefined
    const next: Args = isRecord(inner) ? inner : {}
    assign(at, [[name, next]])
    at = next
  }
  const value = text === true ? true : typed(text, schema, path.join('.'))
  const before = Object.hasOwn(at, last) ? at[last] : undefined
  const both = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
  assign(at, [[last, both]])
}

// Own members even for a property named __proto__.
function assign(target: Args, entries: ReadonlyArray<readonly [string, unknown]>): void {
  for (const [name, value] of entries) {
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
}

/** The types a schema allows, as far as they can be seen without resolving references. */
function typesOf(schema: unknown): readonly string[] {
  if (!isRecord(schema)) return []
  const { type, anyOf, oneOf } = schema
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.map(String)
  const values = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : []
  if (values.length > 0) return [...new Set(values.map(value => typeOf(value)))]
  const branches = [anyOf, oneOf].flatMap(list => (Array.isArray(list) ? list : []))
  return [...new Set(branches.flatMap(branch => typesOf(branch)))]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function typed(text: string, schema: unknown, name: string): unknown {
  const types = typesOf(schema)
  if (types.length === 0) return guess(text)
  const parsed = guess(text)
  const kind = typeOf(parsed)
  const numeric = kind === 'number' && (types.includes('number') || types.includes('integer'))
  if (kind !== 'string' && (numeric || types.includes(kind))) return parsed
  if (types.includes('string')) return text
  if (types.includes('array')) {
    return [typed(text, isRecord(schema) ? schema['items'] : undefined, name)]
  }
  throw invalid(
    `Cannot use ${JSON.stringify(text)} for "${name}"`,
    `expected ${types.join(' or ')}`,
  )
}

/** JSON where the text is JSON that no digit is lost of, else the text itself. */
function guess(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    const exact =
      typeof value !== 'number' ||
      (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
    return exact ? value : text
  } catch {
    return text
  }
}

function invalid(what: string, how: string): ToolError {
  return new ToolError('INVALID_ARGUMENT', `${what}: ${how}`)
}
