/**
 * Between the SDK and a transport: answers reach the SDK only under an id it is waiting for, and what an answer says is
 * kept here as the server sent it, because the SDK rejects a whole listing for one entry it does not like.
 */
import type { JSONRPCMessage, Transport, TransportSendOptions } from '@modelcontextprotocol/client'

import { isRecord } from './json-rpc.ts'

/** Where a result that went through the SDK says which raw one it stands for. */
export const rawResultKey = 'mcp-execution/raw-result'

export interface Wire {
  /** A transport for one SDK client: closing it leaves the wire open, so that another era can be tried on it. */
  lease(): Transport
  /** Takes the raw result that an SDK result stands for. */
  takeRaw(result: unknown): Record<string, unknown> | undefined
  /** Answers dropped because nobody waited for their id. */
  strayAnswers(): number
  close(): Promise<void>
  /** Resolves once, when the transport has closed. */
  readonly closed: Promise<void>
  readonly onError: (listener: (error: Error) => void) => void
}

interface Pending {
  readonly method: string
  readonly fail: (message: string) => void
}

type RequestId = string | number

/** Answered by the stream's end instead of by the server; outside the range servers use. */
export const streamEndedCode = -32_099

export function openWire(transport: Transport): Wire {
  const pending = new Map<RequestId, Pending>()
  const raws = new Map<number, Record<string, unknown>>()
  const errorListeners: ((error: Error) => void)[] = []
  let nextRaw = 0
  let strays = 0
  let leased: Transport | undefined
  let started: Promise<void> | undefined
  let isClosed = false
  let markClosed: () => void = () => undefined
  const closed = new Promise<void>(resolve => {
    markClosed = resolve
  })

  const standIn = (method: string, raw: Record<string, unknown>): Record<string, unknown> => {
    const shape = standIns[method]
    const kind = raw['resultType'] ?? 'complete'
    if (shape === undefined || kind !== 'complete') return raw
    nextRaw += 1
    raws.set(nextRaw, raw)
    return { ...shape(raw), resultType: 'complete', _meta: { [rawResultKey]: nextRaw } }
  }
  const accept = (message: JSONRPCMessage): JSONRPCMessage | undefined => {
    if ('method' in message) return message
    const request = message.id === undefined ? undefined : pending.get(message.id)
    if (request === undefined || message.id === undefined) {
      strays += 1
      return undefined
    }
    pending.delete(message.id)
    return 'result' in message
      ? { ...message, result: standIn(request.method, message.result) }
      : message
  }
  transport.onmessage = message => {
    const accepted = accept(message)
    if (accepted !== undefined) leased?.onmessage?.(accepted)
  }
  transport.onerror = error => {
    for (const listener of errorListeners) listener(error)
    leased?.onerror?.(error)
  }
  transport.onclose = () => {
    if (isClosed) return
    isClosed = true
    leased?.onclose?.()
    markClosed()
  }

  const send = async (message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> => {
    if (!('method' in message) || !('id' in message)) return await transport.send(message, options)
    const { id, method } = message
    const fail = (reason: string): void => {
      if (!pending.delete(id)) return
      leased?.onmessage?.({
        jsonrpc: '2.0',
        id,
        error: { code: streamEndedCode, message: reason },
      })
    }
    pending.set(id, { method, fail })
    const onRequestStreamEnd = (): void => {
      options?.onRequestStreamEnd?.()
      fail('the server ended the stream without an answer')
    }
    await transport.send(message, { ...options, onRequestStreamEnd })
  }

  return {
    lease() {
      const lease: Transport = {
        start: () => (started ??= transport.start()),
        send,
        async close() {
          if (leased !== lease) return
          leased = undefined
          pending.clear()
          lease.onclose?.()
        },
        setProtocolVersion: version => transport.setProtocolVersion?.(version),
        ...(transport.hasPerRequestStream === true ? { hasPerRequestStream: true } : {}),
      }
      leased = lease
      return lease
    },
    takeRaw(result) {
      const meta = isRecord(result) ? result['_meta'] : undefined
      const handle = isRecord(meta) ? meta[rawResultKey] : undefined
      if (typeof handle !== 'number') return isRecord(result) ? result : undefined
      const raw = raws.get(handle)
      raws.delete(handle)
      return raw
    },
    strayAnswers: () => strays,
    async close() {
      await transport.close()
      transport.onclose?.()
    },
    closed,
    onError: listener => void errorListeners.push(listener),
  }
}

type Shape = (raw: Record<string, unknown>) => Record<string, unknown>

// The least the SDK takes for an answer of each kind.
const listed =
  (member: string): Shape =>
  () => ({ [member]: [], ttlMs: 0, cacheScope: 'private' })

const standIns: Readonly<Record<string, Shape | undefined>> = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: {},
    serverInfo: { name: 'server', version: '0' },
  }),
  'tools/list': listed('tools'),
  'prompts/list': listed('prompts'),
  'resources/list': listed('resources'),
  'tools/call': () => ({ content: [] }),
}
