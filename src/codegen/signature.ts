/** A tool as an agent reads it before it calls it: with every word the server said, in one line, or as an index entry. */
import { cleanLine, truncate } from '../text/index.ts'
import type { NamedTool } from './named-tool.ts'
import { blockComment, lineComment } from './source.ts'
import { comment, namedTypes } from './tool-module.ts'
import { type ToolTypes, toolTypes } from './tool-types.ts'

const maxSummary = 100

export interface DescribeOptions {
  /** Every description and constraint; without them, types alone. */
  readonly docs: boolean
}

/** The signature of a tool, its named types first; with `docs` everything the server says of it, else its first sentence. */
export function describe(named: NamedTool, { docs }: DescribeOptions): string {
  const types = toolTypes(named.tool, { docs })
  const signature = namedTypes(types.types) + signatureLine(named.name, types)
  if (!docs) return signature + summaryComment(named)
  const { description, title } = named.tool
  const said = [blockComment(description ?? title ?? ''), blockComment(types.note)]
  return comment(said.filter(line => line !== '').join('\n')) + signature
}

/** Types alone do not tell `archive` from `trash`: a few words do. */
function summaryComment({ tool, label }: NamedTool): string {
  const summary = label.shortDescription ?? summaryOf(tool.description ?? tool.title ?? '')
  return summary === '' ? '' : ` // ${lineComment(summary)}`
}

/** One line for messages: `createIssue({owner:string,title:string}): {id:number}`. */
export function signatureOf(named: NamedTool): string {
  return signatureLine(named.name, toolTypes(named.tool, { docs: false }))
}

function signatureLine(name: string, { params, result, isOptional }: ToolTypes): string {
  const parameters = params === '{}' ? '' : isOptional ? `params?: ${params}` : params
  return result === undefined ? `${name}(${parameters})` : `${name}(${parameters}): ${result}`
}

/** The name and what the tool does, in a few words. */
export function indexLine({ name, tool, label }: NamedTool): string {
  const summary = label.shortDescription ?? summaryOf(tool.description ?? tool.title ?? '')
  return summary === '' ? name : `${name}: ${lineComment(summary)}`
}

/** The first sentence of a description, or as much of it as fits a line. */
export function summaryOf(description: string, maxLength: number = maxSummary): string {
  const start = cleanLine(description.slice(0, maxLength * 8))
  const sentence = /^.*?[^\s.][.!?](?=\s|$)/.exec(start)?.[0] ?? start
  return truncate(sentence.replace(/[.\s]+$/, ''), maxLength)
}
