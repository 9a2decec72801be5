/** Parses a config file's text, whatever its format, and tells where in it things are. */
import type { Node, ParseError } from 'jsonc-parser'

export type Path = readonly string[]

export interface Position {
  readonly line: number
  readonly column: number
}

export interface ConfigDocument {
  readonly value: unknown
  /** Where a member is written; undefined where that cannot be told. */
  locate(path: Path): Promise<Position | undefined>
  /** Names written more than once in the object at `path`; the last one counts. */
  duplicates(path: Path): Promise<readonly string[]>
}

export type Parsed =
  | { readonly status: 'parsed'; readonly document: ConfigDocument }
  | { readonly status: 'broken'; readonly reason: string; readonly position?: Position }

/** By the file's extension: .toml, .yaml or .yml, anything else is JSON with comments. */
export async function parseDocument(text: string, file: string): Promise<Parsed> {
  try {
    if (/\.toml$/i.test(file)) return await parseToml(text)
    if (/\.ya?ml$/i.test(file)) return await parseYaml(text)
    return await parseJson(text)
  } catch (error) {
    if (error instanceof RangeError) return { status: 'broken', reason: 'it is nested too deeply' }
    throw error
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The member at `path`, own properties only. */
export function memberAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    value,
  )
}

async function parseJson(text: string): Promise<Parsed> {
  if (text.trim() === '') return parsed({}, noPlaces)
  try {
    return parsed(JSON.parse(text), await jsonPlaces(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const { parseTree, printParseErrorCode } = await import('jsonc-parser')
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const [first] = errors
  const valid = first === undefined && root !== undefined
  if (valid) return parsed(toValue(root), await jsonPlaces(text))
  const position = positionOf(text, first?.offset ?? 0)
  const reason = first === undefined ? 'no value' : printParseErrorCode(first.error)
  return { status: 'broken', reason: `it is not JSON (${spaced(reason)})`, position }
}

async function parseToml(text: string): Promise<Parsed> {
  const { TomlError, parse } = await import('smol-toml')
  try {
    return parsed(parse(text), tomlPlaces(text))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [summary = 'invalid'] = error.message.split('\n')
    const position = { line: error.line, column: error.column }
    return { status: 'broken', reason: `it is not TOML (${summary})`, position }
  }
}

async function parseYaml(text: string): Promise<Parsed> {
  // As a bundled CommonJS package it has no named exports when imported late.
  const { default: yaml } = await import('yaml')
  try {
    return parsed(yaml.parse(text) ?? {}, noPlaces)
  } catch (error) {
    if (!(error instanceof yaml.YAMLParseError)) {
      return { status: 'broken', reason: 'it is not YAML' }
    }
    const [start] = error.linePos ?? []
    const reason = `it is not YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`
    return start === undefined
      ? { status: 'broken', reason }
      : { status: 'broken', reason, position: { line: start.line, column: start.col } }
  }
}

type Places = Pick<ConfigDocument, 'locate' | 'duplicates'>

const noPlaces: Places = {
  locate: async () => undefined,
  duplicates: async () => [],
}

function parsed(value: unknown, places: Places): Parsed {
  return { status: 'parsed', document: { value, ...places } }
}

/** Above this a file is some client's state rather than written by hand: not worth a second parse for duplicates. */
const maxSearchedBytes = 1024 * 1024

async function jsonPlaces(text: string): Promise<Places> {
  let root: Promise<Node | undefined> | undefined
  const tree = (): Promise<Node | undefined> => (root ??= treeOf(text))
  return {
    locate: async path => {
      const node = findNode(await tree(), path)
      return node === undefined ? undefined : positionOf(text, node.offset)
    },
    duplicates: async path => (text.length > maxSearchedBytes ? [] : repeated(await tree(), path)),
  }
}

async function treeOf(text: string): Promise<Node | undefined> {
  const { parseTree } = await import('jsonc-parser')
  return parseTree(text, [], { allowTrailingComma: true })
}

function repeated(root: Node | undefined, path: Path): readonly string[] {
  const names = (findNode(root, path)?.children ?? []).map(keyOf)
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

function findNode(root: Node | undefined, path: Path): Node | undefined {
  let node = root
  for (const key of path) {
    const properties = node?.type === 'object' ? (node.children ?? []) : []
    node = properties.findLast(property => keyOf(property) === key)?.children?.[1]
  }
  return node
}

// jsonc-parser's own getNodeValue assigns, which would swallow a key named __proto__.
function toValue(node: Node): unknown {
  const children = node.children ?? []
  if (node.type === 'array') return children.map(toValue)
  if (node.type !== 'object') return node.value
  return Object.fromEntries(
    children.map(property => {
      const [, value] = property.children ?? []
      return [keyOf(property), value === undefined ? null : toValue(value)]
    }),
  )
}

function keyOf(property: Node): string {
  return String(property.children?.[0]?.value)
}

function tomlPlaces(text: string): Places {
  return {
    locate: async path => {
      const name = path.at(-1) ?? ''
      const spellings = [name, JSON.stringify(name), `'${name}'`].map(key =>
        [...path.slice(0, -1), key].join('.'),
      )
      const lines = text.split('\n')
      const line = lines.findIndex(written => spellings.includes(tableName(written)))
      return line === -1 ? undefined : { line: line + 1, column: 1 }
    },
    duplicates: async () => [],
  }
}

function tableName(line: string): string {
  return /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line)?.[1]?.trim() ?? ''
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

function spaced(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
}
