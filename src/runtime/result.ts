/** What a tool answered, as a program wants it: nothing lost, JSON text parsed, `isError` thrown. */
import { isNestedDeeper, maxValueDepth, parseExactly } from '../json-value.ts'
import { isRecord } from './wire.ts'

/** A tool said that it failed, or the way to it did. Callers branch on `code`. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  readonly code: string
  /** What the tool said in structure: its structured content, or its decoded content. */
  readonly data: unknown

  constructor(code: string, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** The answer of a tool as the protocol defines it. */
export interface RawResult {
  readonly content?: unknown
  readonly structuredContent?: unknown
  readonly isError?: boolean
}

/**
 * Structured content first; else the content: no part is null, one text part its value, anything else the list of
 * parts, where text parts are their value and images, audio and resources stay as they came.
 */
export function decodeResult(result: RawResult): unknown {
  if (result.isError === true) throw failure(result)
  return valueOf(result)
}

function valueOf({ structuredContent, ...result }: RawResult): unknown {
  if (structuredContent !== undefined && structuredContent !== null) return structuredContent
  const content = contentOf(result)
  const parts = content.map(part => decodePart(part))
  if (parts.length === 0) return null
  return parts.length === 1 && textOf(content[0]) !== undefined ? parts[0] : parts
}

function failure(result: RawResult): ToolError {
  const texts = contentOf(result)
    .map(part => textOf(part))
    .filter(text => text !== undefined)
  const message = texts.join('\n').trim() || 'The tool reported an error and said nothing more'
  return new ToolError('TOOL_FAILED', message, valueOf(result))
}

/** Servers that know no better answer with one part, or with a text for one. */
function contentOf({ content }: RawResult): readonly unknown[] {
  if (Array.isArray(content)) return content
  return content === undefined || content === null ? [] : [content]
}

function decodePart(part: unknown): unknown {
  const text = textOf(part)
  return text === undefined ? part : parseText(text)
}

function textOf(part: unknown): string | undefined {
  if (typeof part === 'string') return part
  return isRecord(part) && part['type'] === 'text' && typeof part['text'] === 'string'
    ? part['text']
    : undefined
}

/** Only objects and arrays are parsed: "1.0" or "007" as a number would no longer be what the server said. */
function parseText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    const value = parseExactly(text)
    return isNestedDeeper(value, maxValueDepth) ? text : value
  } catch {
    return text
  }
}
