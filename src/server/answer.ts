/** From a tool's answer, or from what went wrong, to the protocol's result. */
import type { CallToolResult, ContentBlock, JSONObject } from '@modelcontextprotocol/server'
import { isSpecType } from '@modelcontextprotocol/server'

import { ExecutionError } from '../errors.ts'
import { type JsonObject, type ToolAnswer } from './tool.ts'

export function answerOf({ structured, text, parts = [], isError }: ToolAnswer): CallToolResult {
  const shown = text ?? (structured === undefined ? '' : JSON.stringify(structured))
  const content: ContentBlock[] = [
    ...(shown === '' ? [] : [{ type: 'text' as const, text: shown }]),
    ...parts.filter(isContentBlock),
  ]
  return {
    content,
    ...(structured === undefined ? {} : { structuredContent: jsonObject(structured) }),
    ...(isError === true ? { isError } : {}),
  }
}

/** A failure the model can act on: what, how it is, what would help. Never a stack. */
export function failureOf(error: unknown): CallToolResult {
  const { code, message } = describe(error)
  return { content: [{ type: 'text', text: `${code}: ${message}` }], isError: true }
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (ExecutionError.is(error)) return { code: error.code, message: error.message }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'INTERRUPTED', message: 'Cannot finish the call: it was cancelled' }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { code: 'INTERNAL', message: `Cannot finish the call: ${detail}; this is a fault of ours` }
}

function isContentBlock(part: JsonObject): part is ContentBlock & JsonObject {
  return isSpecType.ContentBlock(part)
}

// Structured values are built by our own tools from JSON; the round trip drops what JSON does not carry.
function jsonObject(value: JsonObject): JSONObject {
  const json: unknown = JSON.parse(JSON.stringify(value))
  return isJsonObject(json) ? json : {}
}

function isJsonObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
