/** Changes one value or table of a TOML file and keeps every other byte. Each edit is proved by parsing the result. */
import { canonicalJson } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { isRecord, type Path } from './document.ts'

/** Sets `[section] key = value`; `value` as TOML spells it comes from `tomlValue`. */
export async function setTomlValue(
  text: string,
  [section, key]: readonly [section: string, key: string],
  value: unknown,
): Promise<string> {
  const assignment = `${key} = ${await tomlValue(value)}`
  const lines = linesOf(text)
  const at = findKey(lines, section, key)
  const edited =
    at === undefined
      ? insertInto(lines, section, assignment)
      : lines.with(at, withAssignment(lines[at] ?? '', assignment, `${section}.${key}`))
  return await proved(text, edited.join(''), [[section, key], value])
}

/** Takes `[section] key` away; the text itself where it is not there. */
export async function unsetTomlValue(
  text: string,
  [section, key]: readonly [section: string, key: string],
): Promise<string> {
  const lines = linesOf(text)
  const at = findKey(lines, section, key)
  if (at === undefined) return text
  return await proved(text, lines.toSpliced(at, 1).join(''), [[section, key], undefined])
}

/** Adds or replaces the table at `path`. */
export async function setTomlTable(
  text: string,
  path: Path,
  table: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { stringify } = await import('smol-toml')
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const without = await removeTomlTable(text, path)
  const gap = /(^|\n\r?\n)$/.test(without) ? '' : without.endsWith('\n') ? end : `${end}${end}`
  const body = `[${path.map(tomlKey).join('.')}]\n${stringify(table)}`
  const written = `${without}${gap}${body.trimEnd()}\n`.replaceAll(/\r?\n/g, end)
  return await proved(without, without + written.slice(without.length), [path, table])
}

/** Takes the table at `path` away, with the tables inside it. */
export async function removeTomlTable(text: string, path: Path): Promise<string> {
  const kept: string[] = []
  let inside = false
  for (const { line, header } of scan(linesOf(text))) {
    if (header !== undefined) inside = startsWith(header, path)
    if (!inside) kept.push(line)
  }
  if (kept.join('') === text) return text
  // The blank line that set it apart goes with it.
  const left = inside ? kept.join('').replace(/(\n)\r?\n$/, '$1') : kept.join('')
  return await proved(text, left, [path, undefined])
}

/** A scalar or a list as TOML spells it. */
async function tomlValue(value: unknown): Promise<string> {
  const { stringify } = await import('smol-toml')
  return stringify({ value })
    .replace(/^value = /, '')
    .trimEnd()
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key)
}

/** Lines with their ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

interface Scanned {
  readonly line: string
  /** The keys of a `[table]` or `[[table]]` line. */
  readonly header?: readonly string[]
  /** False inside a string or list that began on an earlier line. */
  readonly fresh: boolean
}

function scan(lines: readonly string[]): readonly Scanned[] {
  const starts = freshStarts(lines.join(''))
  let offset = 0
  return lines.map(line => {
    const fresh = starts.has(offset)
    offset += line.length
    const name = fresh ? /^\s*\[{1,2}([^[\]]+)\]{1,2}\s*(?:#.*)?\s*$/.exec(line)?.[1] : undefined
    return name === undefined ? { line, fresh } : { line, fresh, header: keysOf(name) }
  })
}

const tokens =
  /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}\n]|[^"'#[\]{}\n]+/g

/** Where lines begin that are not inside a string or list. */
function freshStarts(text: string): ReadonlySet<number> {
  const starts = new Set([0])
  let depth = 0
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
    if (token === '\n' && depth === 0) starts.add(index + 1)
  }
  return starts
}

function keysOf(dotted: string): readonly string[] {
  const keys = dotted.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+/g) ?? []
  return keys.map(key => {
    if (key.startsWith("'")) return key.slice(1, -1)
    return key.startsWith('"') ? key.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : key
  })
}

function startsWith(keys: readonly string[], path: Path): boolean {
  return path.every((key, index) => keys[index] === key)
}

function findKey(lines: readonly string[], section: string, key: string): number | undefined {
  let table: readonly string[] = []
  for (const [index, { line, header, fresh }] of scan(lines).entries()) {
    if (header !== undefined) table = header
    const written = /^\s*([A-Za-z0-9_."'-]+?)\s*=/.exec(line)?.[1]
    if (!fresh || header !== undefined || written === undefined) continue
    const full = [...table, ...keysOf(written)]
    if (full.length === 2 && full[0] === section && full[1] === key) return index
  }
  return undefined
}

function withAssignment(line: string, assignment: string, dotted: string): string {
  const [, indent = '', name = '', rest = ''] =
    /^(\s*)([A-Za-z0-9_."'-]+?)\s*=\s*([^]*)$/.exec(line) ?? []
  const value = /^(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#]+)/.exec(rest)?.[0] ?? ''
  const written = keysOf(name).length > 1 ? dotted : (dotted.split('.')[1] ?? dotted)
  return `${indent}${written} = ${assignment.slice(assignment.indexOf('=') + 2)}${rest.slice(value.length)}`
}

function insertInto(
  lines: readonly string[],
  section: string,
  assignment: string,
): readonly string[] {
  const end = lines[0]?.endsWith('\r\n') === true ? '\r\n' : '\n'
  const scanned = scan(lines)
  const header = scanned.findIndex(({ header: keys }) => keys?.length === 1 && keys[0] === section)
  const last = lines.at(-1)
  const open = last !== undefined && !last.endsWith('\n')
  const closed = open ? [...lines.slice(0, -1), last + end] : lines
  if (header === -1) {
    const gap = closed.length === 0 ? '' : end
    return [...closed, `${gap}[${section}]${end}`, `${assignment}${end}`]
  }
  const at = endOfSection(scanned, header)
  return closed.toSpliced(at, 0, `${assignment}${end}`)
}

/** The line after the section's last one; a comment right above the next section is about that one. */
function endOfSection(scanned: readonly Scanned[], header: number): number {
  const own = scanned.slice(header + 1)
  const next = own.findIndex(({ header: keys }) => keys !== undefined)
  const lines = next === -1 ? own : own.slice(0, next)
  const comments = next === -1 ? -1 : lines.findLastIndex(({ line }) => !/^\s*#/.test(line))
  const upTo = next === -1 ? lines : lines.slice(0, comments + 1)
  return header + 2 + upTo.findLastIndex(({ line }) => line.trim() !== '')
}

/** `after`, once it is shown to say what `before` says but for the one change. */
async function proved(
  before: string,
  after: string,
  [path, value]: readonly [path: Path, value: unknown],
): Promise<string> {
  const { parse } = await import('smol-toml')
  const expected = canonicalJson(changed(parse(before), path, value))
  if (
    canonicalJson(pruned(parsedOr(parse, after))) === canonicalJson(pruned(JSON.parse(expected)))
  ) {
    return after
  }
  throw new ExecutionError(
    'CONFIG_INVALID',
    `Cannot change "${path.join('.')}": the file spells it in a way that is not safe to edit; change it by hand`,
  )
}

function parsedOr(parse: (text: string) => unknown, text: string): unknown {
  try {
    return JSON.parse(canonicalJson(parse(text)))
  } catch {
    return undefined
  }
}

function changed(document: unknown, [key = '', ...rest]: Path, value: unknown): unknown {
  const members = isRecord(document) ? Object.entries(document) : []
  const others = members.filter(([name]) => name !== key)
  const old = members.find(([name]) => name === key)?.[1]
  const next = rest.length === 0 ? value : changed(old, rest, value)
  return Object.fromEntries(next === undefined ? others : [...others, [key, next]])
}

/** Without empty tables: a header that stays behind, or goes, changes nothing. */
function pruned(value: unknown): unknown {
  if (!isRecord(value)) return value
  const members = Object.entries(value).map(([key, member]) => [key, pruned(member)] as const)
  const kept = members.filter(([, member]) => !isRecord(member) || Object.keys(member).length > 0)
  return Object.fromEntries(kept)
}
