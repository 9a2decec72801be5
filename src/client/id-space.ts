/** Gives each client that takes over a wire ids of its own, so that a late answer to its forerunner is never taken for its own. */
import type { JSONRPCMessage } from '@modelcontextprotocol/client'

import { isRecord } from './json-rpc.ts'

export interface IdSpace {
  outgoing(message: JSONRPCMessage): JSONRPCMessage
  incoming(message: JSONRPCMessage): JSONRPCMessage
}

const idsPerClient = 1_000_000_000

/** The first client's ids pass unchanged. */
export function idSpace(clientNumber: number): IdSpace {
  const offset = clientNumber * idsPerClient
  if (offset === 0) return { outgoing: message => message, incoming: message => message }
  return {
    outgoing: message => shiftRequest(shiftReferences(message, offset), offset),
    incoming: message => shiftAnswer(shiftReferences(message, -offset), -offset),
  }
}

function shiftRequest(message: JSONRPCMessage, offset: number): JSONRPCMessage {
  const isRequest = 'method' in message && 'id' in message && typeof message.id === 'number'
  return isRequest ? { ...message, id: Number(message.id) + offset } : message
}

function shiftAnswer(message: JSONRPCMessage, offset: number): JSONRPCMessage {
  if ('method' in message || typeof message.id !== 'number') return message
  return { ...message, id: message.id + offset }
}

// Progress and cancellation speak of a request by its number.
function shiftReferences(message: JSONRPCMessage, offset: number): JSONRPCMessage {
  if (!('method' in message) || message.params === undefined) return message
  const { progressToken, requestId, _meta } = message.params
  const params: Record<string, unknown> = { ...message.params }
  if (typeof progressToken === 'number') params['progressToken'] = progressToken + offset
  if (message.method === 'notifications/cancelled' && typeof requestId === 'number') {
    params['requestId'] = requestId + offset
  }
  const token = isRecord(_meta) ? _meta['progressToken'] : undefined
  if (typeof token === 'number') params['_meta'] = { ..._meta, progressToken: token + offset }
  return { ...message, params }
}
