/** JSON-RPC messages as they come off a wire, recognised without validating what is inside them. */
import type { JSONRPCMessage } from '@modelcontextprotocol/client'

/** Whatever JSON a line held, cut into its messages (2025-03-26 allowed batches); `undefined` if it holds none. */
export function parseMessages(line: string): readonly JSONRPCMessage[] | undefined {
  const text = line.trim().replace(/^\uFEFF/, '')
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined
  const json = parseJson(text)
  const messages = (Array.isArray(json) ? json : [json]).map(toMessage)
  return messages.length > 0 && messages.every(message => message !== undefined)
    ? messages
    : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// Rebuilt from its known members: the SDK refuses a message with any other one beside them.
function toMessage(json: unknown): JSONRPCMessage | undefined {
  if (!isRecord(json) || json['jsonrpc'] !== '2.0') return undefined
  const { method, id, params, result, error } = json
  if (typeof method === 'string') {
    const call = { jsonrpc: '2.0' as const, method, ...(isRecord(params) ? { params } : {}) }
    if (id === undefined) return call
    return isId(id) ? { ...call, id } : undefined
  }
  if (!isId(id)) return undefined
  if (isRecord(error) && result === undefined) return { jsonrpc: '2.0', id, error: toError(error) }
  return isRecord(result) && error === undefined ? { jsonrpc: '2.0', id, result } : undefined
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isInteger(value)
}

function toError(error: Record<string, unknown>): {
  code: number
  message: string
  data?: unknown
} {
  const { code, message, data } = error
  return {
    code: Number.isInteger(code) ? Number(code) : -32_603,
    message: typeof message === 'string' ? message : 'no message',
    ...(data === undefined ? {} : { data }),
  }
}
