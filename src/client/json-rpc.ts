/** JSON-RPC messages as they come off a wire, recognised without validating what is inside them. */
import type { JSONRPCMessage } from '@modelcontextprotocol/client'

import { isNestedDeeper, maxValueDepth, parseMessage } from '../json-value.ts'

/** Whatever JSON a line held, cut into its messages (2025-03-26 allowed batches); `undefined` if it holds none. */
export function parseMessages(line: string): readonly JSONRPCMessage[] | undefined {
  const text = line.trim().replace(/^\uFEFF/, '')
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined
  const json = parseJson(text)
  const messages = (Array.isArray(json) ? json : [json]).map(toMessage)
  // One bad part of a batch takes no answer with it.
  const good = messages.filter(message => message !== undefined)
  return good.length > 0 ? good : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return parseMessage(text)
  } catch {
    return undefined
  }
}

// Rebuilt from its known members: the SDK refuses a message with any other one beside them.
function toMessage(json: unknown): JSONRPCMessage | undefined {
  if (!isRecord(json) || json['jsonrpc'] !== '2.0') return undefined
  const { method, id, params } = json
  if (typeof method === 'string') {
    const call = { jsonrpc: '2.0' as const, method, ...(isRecord(params) ? { params } : {}) }
    if (id === undefined) return call
    return isId(id) ? { ...call, id } : undefined
  }
  return isId(id) ? toAnswer(id, json) : undefined
}

/** The code of the error that stands for an answer we cannot use; outside the range servers use. */
export const brokenAnswerCode = -32_098

// Many a server writes the member it does not mean as null. An answer that is none ends its request: nothing better follows.
function toAnswer(id: string | number, json: Record<string, unknown>): JSONRPCMessage | undefined {
  const result = json['result'] ?? undefined
  const error = json['error'] ?? undefined
  // Neither can be believed, and the right answer may follow.
  if (result !== undefined && error !== undefined) return undefined
  if (isRecord(result)) return { jsonrpc: '2.0', id, result }
  if (isRecord(error)) return { jsonrpc: '2.0', id, error: toError(error) }
  if (typeof error === 'string') return { jsonrpc: '2.0', id, error: toError({ message: error }) }
  const message =
    result === undefined
      ? 'the server answered with neither a result nor an error'
      : 'the server answered with a result that is no object'
  return { jsonrpc: '2.0', id, error: { code: brokenAnswerCode, message } }
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isInteger(value)
}

function toError(error: Record<string, unknown>): {
  code: number
  message: string
  data?: unknown
} {
  const { code, message = 'no message', data } = error
  const text = typeof message === 'string' ? message : briefly(message)
  const isProper = code === undefined || Number.isInteger(code)
  return {
    code: Number.isInteger(code) ? Number(code) : -32_603,
    message: isProper ? text : `${text} (code ${briefly(code)})`,
    ...(data === undefined ? {} : { data }),
  }
}

function briefly(value: unknown): string {
  return isNestedDeeper(value, maxValueDepth) ? 'nested too deep' : JSON.stringify(value)
}
