/** One tool as a file: the fewest tokens from which a model can call it correctly, and a program that runs. */
import type { NamedTool } from './named-tool.ts'
import type { NamedType } from './schema-type.ts'
import { blockComment, lineComment, quote } from './source.ts'
import { type ToolTypes, toolTypes } from './tool-types.ts'

const head = `#!/usr/bin/env node\nimport { tool } from './_runtime/mcp-bridge.ts'\n\n`

/** The text of `<name>.ts`. */
export function toolModule(named: NamedTool): string {
  const types = toolTypes(named.tool, { docs: true, plainResult: true })
  const doc = docComment(named, types.note)
  const call = `export const ${named.name} = tool${typeArguments(types)}(import.meta)\n`
  // Joined, not added: a sum keeps every piece that it was added up from for as long as the file lives.
  return [head, namedTypes(types.types), doc, call].join('')
}

function typeArguments({ params, result }: ToolTypes): string {
  if (result !== undefined) return `<${params}, ${result}>`
  return params === '{}' ? '' : `<${params}>`
}

/** `type Filter = …`, one after the other; empty where there is none. */
export function namedTypes(types: readonly NamedType[]): string {
  let text = ''
  for (const { name, text: type, note } of types) {
    text += `${note === '' ? '' : `// ${lineComment(note)}\n`}type ${name} = ${type}\n`
  }
  return text
}

/** The description and the tags that say something which name, folder and code do not. */
function docComment({ tool, name, label }: NamedTool, note: string): string {
  const lines: string[] = []
  const description = blockComment(tool.description ?? tool.title ?? '')
  if (description !== '') lines.push(description)
  if (note !== '') lines.push(blockComment(note))
  if (!isDerivable(tool.name, name)) lines.push(`@tool ${blockComment(oneLine(tool.name))}`)
  if (label.category !== undefined) lines.push(`@category ${blockComment(oneLine(label.category))}`)
  if (label.keywords && label.keywords.length > 0) {
    lines.push(`@keywords ${blockComment(oneLine(label.keywords.join(', ')))}`)
  }
  return comment(lines.join('\n'))
}

/** `list-issues` and `list_issues` for `listIssues`: the convention says it, and `_meta.json` keeps it. */
function isDerivable(wireName: string, name: string): boolean {
  if (wireName === name) return true
  const separated = wireName.replace(/[_-](?=[a-z])/g, '_')
  return separated === name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

/** A block comment; empty where there is nothing to say. */
export function comment(text: string): string {
  if (text === '') return ''
  return text.includes('\n') ? `/**\n${text}\n*/\n` : `/** ${text} */\n`
}

/** A name as it is where that is readable, else quoted with what hides in it spelled out. */
function oneLine(text: string): string {
  const quoted = quote(text)
  return quoted.slice(1, -1) === text ? text : quoted
}
