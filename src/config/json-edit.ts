/** Changes one member of a JSON file, comments or not; every other byte, comments included, stays where it is. */
import type { JSONScanner, Node } from 'jsonc-parser'

import { canonicalJson } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { memberAt, parseDocument, type Path } from './document.ts'

/** Sets the member at `path`; undefined takes it away. Throws CONFIG_INVALID where the text is not JSON. */
export async function setJsonValue(text: string, path: Path, value: unknown): Promise<string> {
  const parsed = await parseDocument(text, '.json')
  if (parsed.status === 'broken') return refuse(path, parsed.reason)
  if (text.trim() === '') {
    return value === undefined ? text : `${JSON.stringify(nested(path, value), null, 2)}\n`
  }
  const after = await changed(text, path, value)
  const now = await parseDocument(after, '.json')
  const written = now.status === 'parsed' ? memberAt(now.document.value, path) : Number.NaN
  return canonicalJson(written) === canonicalJson(value) ? after : refuse(path)
}

async function changed(text: string, path: Path, value: unknown): Promise<string> {
  const { createScanner, parseTree } = await import('jsonc-parser')
  const root = parseTree(text, [], { allowTrailingComma: true })
  const source: Source = { text, scanner: createScanner(text, true), ...layoutOf(text) }
  const found = root === undefined ? undefined : walk(root, path)
  if (found === undefined) return refuse(path)
  const { object, property, left } = found
  if (property !== undefined) {
    return value === undefined ? removed(source, object, property) : replaced(source, found, value)
  }
  const [key = '', ...rest] = left
  if (value === undefined) return text
  const member = { key, value: nested(rest, value) }
  const isEmpty = (object.children ?? []).length === 0
  return isEmpty ? filled(source, object, member) : appended(source, object, member)
}

interface Source {
  readonly text: string
  readonly scanner: JSONScanner
  /** One step of indentation. */
  readonly unit: string
  readonly eol: string
}

interface Found {
  /** The innermost object on the way. */
  readonly object: Node
  /** The member that the whole path names, if it is there. */
  readonly property?: Node
  /** What of the path is not there yet. */
  readonly left: Path
}

interface NewMember {
  readonly key: string
  readonly value: unknown
}

function walk(root: Node, path: Path): Found | undefined {
  let object = root
  for (const [depth, key] of path.entries()) {
    if (object.type !== 'object') return undefined
    const property = object.children?.findLast(({ children }) => children?.[0]?.value === key)
    const next = property?.children?.[1]
    if (next === undefined) return { object, left: path.slice(depth) }
    if (depth === path.length - 1) return { object, property, left: [] }
    object = next
  }
  return undefined
}

function replaced(source: Source, { object, property }: Found, value: unknown): string {
  const { text } = source
  const old = property?.children?.[1]
  const start = old?.offset ?? 0
  const indent = indentAt(text, property?.offset ?? 0)
  const written = render(source, value, spansLines(text, object) ? indent : undefined)
  return text.slice(0, start) + written + text.slice(endOf(old))
}

/** The first member of an object without any. */
function filled(source: Source, object: Node, { key, value }: NewMember): string {
  const { text, unit, eol } = source
  const start = object.offset + 1
  const indent = indentAt(text, object.offset)
  const member = `${indent}${unit}${JSON.stringify(key)}: ${render(source, value, indent + unit)}`
  const inside = text.slice(start, endOf(object) - 1)
  const rest = inside.trim() === '' ? `${eol}${indent}` : inside
  return text.slice(0, start) + eol + member + rest + text.slice(endOf(object) - 1)
}

/** A new last member, after whatever comment follows the one before it. */
function appended(source: Source, object: Node, { key, value }: NewMember): string {
  const { text, eol } = source
  const last = object.children?.at(-1)
  const end = endOf(last)
  const comma = commaAfter(source, end)
  const after = comma ?? end
  const head = comma === undefined ? `${text.slice(0, end)},` : text.slice(0, comma)
  const tail = comma === undefined ? '' : ','
  if (!spansLines(text, object)) {
    const member = ` ${JSON.stringify(key)}: ${render(source, value)}`
    return head + member + tail + text.slice(after)
  }
  const indent = indentAt(text, last?.offset ?? 0)
  const member = `${eol}${indent}${JSON.stringify(key)}: ${render(source, value, indent)}`
  const remark = restOfLine(text, after)
  return head + remark + member + tail + text.slice(after + remark.length)
}

function removed(source: Source, object: Node, property: Node): string {
  const { text } = source
  const members = object.children ?? []
  const before = members[members.indexOf(property) - 1]
  const comma = commaAfter(source, endOf(property))
  const end = comma ?? endOf(property)
  const ownLine = /(?:^|\r?\n)[ \t]*$/.exec(text.slice(0, property.offset))
  const start = property.offset - (ownLine?.[0].length ?? 0)
  const tail = text.slice(ownLine === null ? end : end + restOfLine(text, end).length)
  const head = text.slice(0, start)
  if (comma !== undefined || before === undefined) return head.replace(/[ \t]+$/, '') + tail
  // It was the last one and had no comma: the comma before it has to go.
  const extra = (commaAfter(source, endOf(before)) ?? 0) - 1
  const kept = text.slice(0, extra) + text.slice(extra + 1, start)
  return (ownLine === null ? kept.trimEnd() : kept) + tail
}

/** Where the comma after `offset` ends, if one follows. */
function commaAfter({ text, scanner }: Source, offset: number): number | undefined {
  scanner.setPosition(offset)
  scanner.scan()
  const start = scanner.getTokenOffset()
  return text[start] === ',' ? start + 1 : undefined
}

/** Blanks and a comment up to the line's end; nothing where something else follows. */
function restOfLine(text: string, offset: number): string {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n|$)/
  return rest.exec(text.slice(offset))?.[0] ?? ''
}

function render({ unit, eol }: Source, value: unknown, indent?: string): string {
  if (indent === undefined) return JSON.stringify(value)
  return JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${indent}`)
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

function spansLines(text: string, node: Node): boolean {
  return text.slice(node.offset, endOf(node)).includes('\n')
}

function endOf(node: Node | undefined): number {
  return node === undefined ? 0 : node.offset + node.length
}

function layoutOf(text: string): Pick<Source, 'unit' | 'eol'> {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
  return { unit: unit.startsWith('\t') ? '\t' : unit, eol: text.includes('\r\n') ? '\r\n' : '\n' }
}

function nested([key, ...rest]: Path, value: unknown): unknown {
  return key === undefined ? value : { [key]: nested(rest, value) }
}

function refuse(path: Path, reason = 'it is laid out in a way that is not safe to edit'): never {
  const message = `Cannot change "${path.join('.')}" in the file: ${reason}; change it by hand`
  throw new ExecutionError('CONFIG_INVALID', message)
}
