/** Strings of a config file that name variables: parsed once, kept unexpanded, printable without any value. */

/** Words that stand for a place on this machine; never secret. */
export type PlaceName = 'userHome' | 'workspaceFolder' | 'workspaceFolderBasename' | 'pathSeparator'

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'env'; readonly name: string; readonly fallback?: string }
  | { readonly kind: 'input'; readonly id: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'place'; readonly place: PlaceName }
  /** Something only the other client can expand; fails when used, never sent literally. */
  | { readonly kind: 'unknown'; readonly source: string }

export type Template = readonly TemplatePart[]

/**
 * How a source spells variables. `own` is what we store: `${VAR}`, `${VAR:-default}`, `${env:VAR}`, `${input:id}`,
 * `${file:path}`, the places, and `${:-text}` for a literal. `shell` is Claude Code's and our config files' spelling.
 */
export type Dialect = 'own' | 'shell' | 'editor' | 'gemini' | 'opencode' | 'literal'

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/
const braces = /\$\{([^}]*)\}/g
const patterns: Readonly<Record<Exclude<Dialect, 'literal'>, RegExp>> = {
  own: braces,
  shell: braces,
  editor: braces,
  gemini: /\$\{([^}]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)/g,
  opencode: /\{((?:env|file):[^}]+)\}/g,
}
const places: ReadonlyMap<string, PlaceName> = new Map([
  ['userHome', 'userHome'],
  ['workspaceFolder', 'workspaceFolder'],
  ['workspaceFolderBasename', 'workspaceFolderBasename'],
  ['pathSeparator', 'pathSeparator'],
  ['/', 'pathSeparator'],
])

/** Reads a string in a source's own spelling. */
export function parseTemplate(text: string, dialect: Dialect): Template {
  if (dialect === 'literal') return joined([{ kind: 'text', text }])
  const parts: TemplatePart[] = []
  let end = 0
  for (const match of text.matchAll(patterns[dialect])) {
    parts.push({ kind: 'text', text: text.slice(end, match.index) })
    const [source, braced, bare] = match
    parts.push(toPart(braced ?? bare ?? '', source, dialect))
    end = match.index + source.length
  }
  parts.push({ kind: 'text', text: text.slice(end) })
  return joined(parts)
}

/** Our own spelling of a template; `parseTemplate(printTemplate(t), 'own')` is `t` again. */
export function printTemplate(template: Template): string {
  return template.map(printPart).join('')
}

/** The same for people: text is shown as it is, so that it may not read back. */
export function showTemplate(template: Template): string {
  return template.map(part => (part.kind === 'text' ? part.text : printPart(part))).join('')
}

/** A string that means itself, whatever it holds. */
export function literal(text: string): Template {
  return parseTemplate(text, 'literal')
}

/** What the parts name: `TOKEN`, `input:token`, `file:./key`. Never a value. */
export function references(template: Template): readonly string[] {
  return template.filter(part => part.kind !== 'text').map(printPart)
}

/** The text before the first variable. */
export function leadingText(template: Template): string {
  const [first] = template
  return first?.kind === 'text' ? first.text : ''
}

function toPart(body: string, source: string, dialect: Dialect): TemplatePart {
  const env = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/.exec(body)
  const [, name, fallback] = env ?? []
  if (dialect === 'opencode') return fromPrefix(body) ?? { kind: 'text', text: source }
  if (dialect === 'shell' || dialect === 'gemini') {
    return name === undefined ? { kind: 'text', text: source } : envPart(name, fallback)
  }
  const place = places.get(body.replace(/^(workspaceFolder):.*$/, '$1'))
  if (place !== undefined) return { kind: 'place', place }
  if (name !== undefined) return envPart(name, fallback)
  if (dialect === 'own' && body.startsWith(':-')) return { kind: 'text', text: body.slice(2) }
  return fromPrefix(body) ?? unknownOrText(body, source)
}

function fromPrefix(body: string): TemplatePart | undefined {
  const [, prefix, rest = ''] = /^(env|input|file):([^]+)$/.exec(body) ?? []
  if (prefix === 'env') return variableName.test(rest) ? { kind: 'env', name: rest } : undefined
  if (prefix === 'input') return { kind: 'input', id: rest }
  return prefix === 'file' ? { kind: 'file', path: rest } : undefined
}

// `${config:x}` is another client's variable; `${a + b}` is somebody's program text.
function unknownOrText(body: string, source: string): TemplatePart {
  return /^[A-Za-z]+:/.test(body) ? { kind: 'unknown', source } : { kind: 'text', text: source }
}

function envPart(name: string, fallback: string | undefined): TemplatePart {
  return fallback === undefined ? { kind: 'env', name } : { kind: 'env', name, fallback }
}

function joined(parts: readonly TemplatePart[]): Template {
  const merged: TemplatePart[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (part.kind === 'text' && part.text === '') continue
    if (part.kind === 'text' && last?.kind === 'text') {
      merged[merged.length - 1] = { kind: 'text', text: last.text + part.text }
    } else merged.push(part)
  }
  return merged
}

function printPart(part: TemplatePart): string {
  switch (part.kind) {
    case 'text':
      return part.text.replaceAll('${', '${:-${}')
    case 'env':
      return printEnv(part.name, part.fallback)
    case 'input':
      return `\${input:${part.id}}`
    case 'file':
      return `\${file:${part.path}}`
    case 'place':
      return `\${${part.place}}`
    case 'unknown':
      return part.source
    default:
      return part satisfies never
  }
}

function printEnv(name: string, fallback: string | undefined): string {
  const named = places.has(name) ? `env:${name}` : name
  return fallback === undefined ? `\${${named}}` : `\${${named}:-${fallback}}`
}
