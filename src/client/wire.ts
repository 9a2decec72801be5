/**
 * Between the SDK and a transport: answers reach the SDK only under an id it is waiting for, and what an answer says is
 * kept here as the server sent it, because the SDK rejects a whole listing for one entry it does not like.
 */
import type {
  JSONRPCMessage,
  JSONRPCResponse,
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/client'

import { type IdSpace, idSpace } from './id-space.ts'
import { isRecord } from './json-rpc.ts'
import { standIn, standInHandle } from './stand-in.ts'

export interface WireRequest {
  readonly method: string
  readonly params: Record<string, unknown>
  readonly signal?: AbortSignal | undefined
  /** How long the answer may take, in milliseconds. */
  readonly timeoutMs?: number
  /** The server is told when nobody waits for the answer any more. */
  readonly cancels?: boolean
}

/** What is asked past the SDK counts from here: clients count from 0, and from each billion (id-space.ts). */
const firstOwnId = 500_000_000

/** The code of the answer we make up when a stream ended without one; outside the range servers use. */
export const streamEndedCode = -32_099

interface Pending {
  readonly deliver: (answer: JSONRPCResponse) => void
  /** Nothing that comes before the answer belongs to it. */
  readonly alone?: boolean
}

export class Wire {
  /** Resolves once, when the transport has closed. */
  readonly closed: Promise<void>
  readonly #transport: Transport
  readonly #closing = closedOnce()
  readonly #pending = new Map<string | number, Pending>()
  readonly #raws = new Map<number, Record<string, unknown>>()
  readonly #errorListeners: ((error: Error) => void)[] = []
  #lease: { readonly transport: Transport; readonly ids: IdSpace } | undefined
  #leases = 0
  #asked = 0
  #lastHandle = 0
  #strays = 0
  #initializeResult: Record<string, unknown> | undefined
  #started: Promise<void> | undefined
  #isOpen = false

  constructor(transport: Transport) {
    this.#transport = transport
    this.closed = this.#closing.promise
    Object.assign(transport, {
      onmessage: (message: JSONRPCMessage) => this.#receive(message),
      onclose: () => this.#end(),
      onerror: (error: Error) => this.#tellError(error),
    } satisfies Partial<Transport>)
  }

  /** A transport for one SDK client: closing it leaves the wire open, so that another era can be tried on it. */
  lease(): Transport {
    const ids = idSpace(this.#leases)
    this.#leases += 1
    const transport: Transport = {
      start: () => this.start(),
      send: (message, options) => this.#send(ids.outgoing(message), options),
      close: async () => {
        if (this.#lease?.transport === transport) this.#lease = undefined
        transport.onclose?.()
      },
      setProtocolVersion: version => this.#transport.setProtocolVersion?.(version),
      ...(this.#transport.hasPerRequestStream === true ? { hasPerRequestStream: true } : {}),
    }
    this.#lease = { transport, ids }
    return transport
  }

  /**
   * One request past the SDK; resolves with the whole answer, an error answer too. Rejects with the signal's reason, with
   * an error of code REQUEST_TIMEOUT, or with what the transport threw.
   */
  async ask(request: WireRequest): Promise<JSONRPCResponse> {
    const { method, params, signal, timeoutMs } = request
    if (!this.#isOpen) await this.start()
    signal?.throwIfAborted()
    const id = firstOwnId + this.#asked
    this.#asked += 1
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
        this.#pending.delete(id)
      }
      const fail = (error: unknown): void => (end(), reject(error))
      const giveUp = (reason: unknown): void => {
        if (request.cancels === true) this.#cancel(id, reason)
        fail(reason)
      }
      const stop = (): void => giveUp(signal?.reason)
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => giveUp(timeoutError()), timeoutMs)
      signal?.addEventListener('abort', stop, { once: true })
      this.#pending.set(id, { deliver: answer => (end(), resolve(answer)), alone: true })
      const sent = { jsonrpc: '2.0' as const, id, method, params }
      this.#send(sent, signal && { requestSignal: signal }).catch(fail)
    })
  }

  /** Takes the raw result that an SDK result stands for; an unlisted one stands for itself. */
  takeRaw(result: unknown): Record<string, unknown> | undefined {
    const handle = standInHandle(result)
    if (handle === undefined) return isRecord(result) ? result : undefined
    const raw = this.#raws.get(handle)
    this.#raws.delete(handle)
    return raw
  }

  /** The last answer to `initialize`, as sent. */
  initializeResult(): Record<string, unknown> | undefined {
    return this.#initializeResult
  }

  /** Answers dropped because nobody waited for their id. */
  strayAnswers(): number {
    return this.#strays
  }

  onError(listener: (error: Error) => void): void {
    this.#errorListeners.push(listener)
  }

  async close(): Promise<void> {
    await this.#transport.close()
    this.#end()
  }

  /** Opens the transport, once; rejects as the transport does. */
  async start(): Promise<void> {
    await (this.#started ??= this.#transport.start())
    this.#isOpen = true
  }

  async #send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!('method' in message) || !('id' in message)) {
      return await this.#transport.send(message, options)
    }
    const { id, method } = message
    if (!this.#pending.has(id)) {
      this.#pending.set(id, { deliver: answer => this.#deliver(method, answer) })
    }
    const onRequestStreamEnd = (): void => {
      options?.onRequestStreamEnd?.()
      this.#fail(id, 'the server ended the stream without an answer')
    }
    try {
      return await this.#transport.send(message, { ...options, onRequestStreamEnd })
    } catch (error) {
      this.#pending.delete(id)
      throw error
    }
  }

  #cancel(requestId: number, reason: unknown): void {
    const params = { requestId, reason: String(reason) }
    const notification = { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params }
    this.#transport.send(notification).catch(() => undefined)
  }

  #receive(message: JSONRPCMessage): void {
    if ('method' in message) return this.#toClient(message)
    const { id } = message
    const request = id === undefined ? undefined : this.#pending.get(id)
    if (id === undefined || request === undefined) {
      this.#strays += 1
      return undefined
    }
    this.#pending.delete(id)
    if (request.alone === true) return request.deliver(message)
    // The SDK hands notifications over a microtask later: without this, an answer overtakes the progress sent before it.
    return queueMicrotask(() => request.deliver(message))
  }

  #deliver(method: string, answer: JSONRPCResponse): void {
    const result = 'result' in answer ? answer.result : undefined
    if (method === 'initialize') this.#initializeResult = result
    const handle = this.#lastHandle + 1
    const shown = result === undefined ? undefined : standIn(method, result, handle)
    if (result === undefined || shown === undefined) return this.#toClient(answer)
    this.#lastHandle = handle
    this.#raws.set(handle, result)
    return this.#toClient({ jsonrpc: '2.0', id: answer.id ?? 0, result: shown })
  }

  #toClient(message: JSONRPCMessage): void {
    this.#lease?.transport.onmessage?.(this.#lease.ids.incoming(message))
  }

  #tellError(error: Error): void {
    for (const listener of this.#errorListeners) listener(error)
    this.#lease?.transport.onerror?.(error)
  }

  #fail(id: string | number, message: string): void {
    const request = this.#pending.get(id)
    this.#pending.delete(id)
    request?.deliver({ jsonrpc: '2.0', id, error: { code: streamEndedCode, message } })
  }

  #end(): void {
    if (!this.#closing.mark()) return
    for (const id of this.#pending.keys()) this.#fail(id, 'the connection was closed')
    this.#lease?.transport.onclose?.()
  }
}

/** As the SDK's own, for whoever tells errors apart by their code. */
export function timeoutError(): Error {
  return Object.assign(new Error('timed out'), { code: 'REQUEST_TIMEOUT' })
}

function closedOnce(): { readonly promise: Promise<void>; readonly mark: () => boolean } {
  let resolve: (() => void) | undefined
  const promise = new Promise<void>(settle => {
    resolve = settle
  })
  const mark = (): boolean => {
    const first = resolve !== undefined
    resolve?.()
    resolve = undefined
    return first
  }
  return { promise, mark }
}
