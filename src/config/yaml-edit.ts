/** Changes one member of a YAML file; other lines stay as they are wherever the file is written in blocks. */
import type { Document, Pair, YAMLMap } from 'yaml'

import { canonicalJson } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import type { Path } from './document.ts'

/** Sets the member at `path`; undefined takes it away. Throws CONFIG_INVALID where the text is not YAML. */
export async function setYamlValue(text: string, path: Path, value: unknown): Promise<string> {
  // As a bundled CommonJS package it has no named exports when imported late.
  const { default: yaml } = await import('yaml')
  const { isMap, isScalar, parseDocument, stringify } = yaml
  const document: Document = parseDocument(text)
  if (document.errors.length > 0) {
    const message = `Cannot change "${path.join('.')}" in the file: it is not YAML; change it by hand`
    throw new ExecutionError('CONFIG_INVALID', message)
  }
  const [name = '', ...outer] = path.toReversed()
  const container: unknown = document.getIn(outer.toReversed())
  const start = startOf(container, text)
  const old = isMap(container)
    ? container.items.find(({ key }) => isScalar(key) && key.value === name)
    : undefined
  if (value === undefined) document.deleteIn(path)
  else document.setIn(path, document.createNode(value))
  const rewritten = document.toString({ lineWidth: 0 })
  if (!isMap(container) || container.flow === true || start === undefined) return rewritten
  const without = old === undefined ? text : removed(text, old)
  const indent = ' '.repeat(columnOf(container, text))
  const lines = stringify({ [name]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
  const block = lines.map(line => `${indent}${line}\n`).join('')
  const after =
    value === undefined ? without : `${without.slice(0, start)}${block}${without.slice(start)}`
  const same = canonicalJson(valueIn(parseDocument(after))) === canonicalJson(valueIn(document))
  return same ? after : rewritten
}

function valueIn(document: Document): unknown {
  return document.errors.length > 0 ? undefined : document.toJS()
}

/** The line of a block map's first member, comments above it included. */
function startOf(container: unknown, text: string): number | undefined {
  const offset = isRanged(container) ? container.range[0] : undefined
  if (offset === undefined) return undefined
  let start = text.lastIndexOf('\n', offset - 1) + 1
  // Comments above the first member are about that member.
  for (let above = lineAbove(text, start); /^\s*#/.test(above); above = lineAbove(text, start)) {
    start -= above.length
  }
  return start
}

function lineAbove(text: string, start: number): string {
  if (start === 0) return ''
  return text.slice(text.lastIndexOf('\n', start - 2) + 1, start)
}

function columnOf(container: YAMLMap, text: string): number {
  const offset = container.range?.[0] ?? 0
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

function removed(text: string, { key, value }: Pair): string {
  if (!isRanged(key) || !isRanged(value)) return text
  const start = text.lastIndexOf('\n', key.range[0] - 1) + 1
  return text.slice(0, start) + text.slice(value.range[2])
}

interface Ranged {
  readonly range: readonly [start: number, valueEnd: number, nodeEnd: number]
}

function isRanged(node: unknown): node is Ranged {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}
