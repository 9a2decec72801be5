/** The YAML block a SKILL.md starts with: printed in the one form every reader understands, parsed with every trap named. */
import { isAlias, isCollection, isNode, isScalar, type Node, parseDocument, visit } from 'yaml'

import { isRecord } from './is-record.ts'
import type { Problem } from './report.ts'

export interface Frontmatter {
  readonly name: string
  readonly description: string
  readonly compatibility?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** Block style, each value a JSON string (which is a double-quoted YAML scalar). */
export function printFrontmatter({
  name,
  description,
  compatibility,
  metadata,
}: Frontmatter): string {
  const lines = [`name: ${name}`, `description: ${JSON.stringify(description)}`]
  if (compatibility !== undefined) lines.push(`compatibility: ${JSON.stringify(compatibility)}`)
  const extra = Object.entries(metadata ?? {})
  if (extra.length > 0) lines.push('metadata:')
  lines.push(...extra.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`))
  return `---\n${lines.join('\n')}\n---\n`
}

export interface ParsedSkill {
  /** Keys as the YAML has them; empty where it could not be parsed. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly raw: string
  readonly body: string
  readonly problems: readonly Problem[]
}

const aliasTrap = 'holds a YAML alias'
const block = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/

/** Splits a SKILL.md and reads its frontmatter; what some client would misread is a problem. */
export function parseSkill(text: string): ParsedSkill {
  const unread = (message: string): ParsedSkill => ({
    fields: {},
    raw: '',
    body: text,
    problems: [{ field: 'frontmatter', message }],
  })
  if (text.startsWith('\uFEFF')) return unread('starts with a byte order mark; save it without one')
  if (!/^---\r?\n/.test(text)) return unread('is missing: the first line must be "---"')
  const found = block.exec(text)
  if (found === null) return unread('is not closed: a line "---" must end it')
  const [whole, raw = ''] = found
  return { raw, body: text.slice(whole.length), ...readYaml(raw) }
}

function readYaml(raw: string): Pick<ParsedSkill, 'fields' | 'problems'> {
  const document = parseDocument(raw, { version: '1.2', uniqueKeys: true, stringKeys: true })
  const errors = [...document.errors, ...document.warnings]
  const problems = errors.map(({ message }) => problem(`is not valid YAML: ${firstLine(message)}`))
  if (raw.includes('---')) {
    problems.push(problem('holds "---", where some readers end it; write "—"'))
  }
  const trap = trapIn(document)
  if (trap !== undefined) problems.push(problem(trap))
  const readable = errors.length === 0 && trap !== aliasTrap
  const fields: unknown = readable ? document.toJS() : {}
  if (!isRecord(fields)) problems.push(problem('is not a mapping of fields'))
  return { fields: isRecord(fields) ? fields : {}, problems }
}

/** Flow style, anchors, aliases and tags fail in the reference validator; a comment cuts a value short unseen. */
function trapIn(document: ReturnType<typeof parseDocument>): string | undefined {
  let trap: string | undefined
  visit(document, (_key, node) => {
    if (isNode(node)) trap ??= trapOf(node)
    return trap === undefined ? undefined : visit.BREAK
  })
  return trap
}

function trapOf(node: Node): string | undefined {
  if (isAlias(node)) return aliasTrap
  if (isCollection(node) && node.flow === true) return 'holds a flow collection; use block style'
  if (isScalar(node) && node.comment) return 'holds " #", which cuts a value short; quote the value'
  if (node.tag?.startsWith('!') === true) return 'holds a YAML tag'
  const anchored = (isScalar(node) || isCollection(node)) && node.anchor !== undefined
  return anchored ? 'holds a YAML anchor' : undefined
}

function problem(message: string): Problem {
  return { field: 'frontmatter', message }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
