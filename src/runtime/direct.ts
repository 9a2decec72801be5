import { isNestedDeeper, maxValueDepth } from '../json-value.ts'
/** A connection of the tool file's own: for when there is no daemon, or none is wanted. */
import { checkArguments } from './check-arguments.ts'
import { openHttp } from './direct-http.ts'
import { openStdio } from './direct-stdio.ts'
import { type DirectEntry, readEntry } from './entry.ts'
import { knownSchema } from './known-schema.ts'
import { ToolError } from './result.ts'
import { isRecord } from './wire.ts'

/** Carries JSON-RPC messages to one server. */
export interface Channel {
  /** Sends one message; a request's answer comes back through `onMessage`, by the time this resolves if it gives true. */
  send(message: Readonly<Record<string, unknown>>): Promise<boolean>
  /** What HTTP servers want to read in headers once the handshake is done. */
  agreed(protocolVersion: string): void
  /** Keeps the process alive while something is in flight. */
  hold(held: boolean): void
  close(): void
}

export interface ChannelEvents {
  readonly onMessage: (message: Readonly<Record<string, unknown>>) => void
  readonly onClose: (reason: string) => void
}

/** Newest first: what we ask for, and what we accept. */
const versions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']
const statelessVersion = '2026-07-28'
const client = { name: 'mcp-execution-runtime', version: '1' }

const connections = new Map<string, Promise<DirectConnection>>()

/** One connection a server for the life of this process; a broken one is replaced by the next call. */
export async function callOwnConnection(
  { server, tool }: { readonly server: string; readonly tool: string },
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const entry = readEntry(server, process.env)
  if (entry.refuses(tool)) {
    throw new ToolError(
      'SECURITY_REFUSED',
      `Cannot call "${tool}" of "${server}": the server's entry does not allow this tool`,
    )
  }
  const sent: unknown = JSON.parse(JSON.stringify(args))
  checkArguments(tool, knownSchema(server, tool), sent)
  const connection = await connectionTo(server, entry)
  return connection.call(tool, sent, entry.callTimeoutMs)
}

/** Callers at the same moment share one connect; what failed or ended is opened anew. */
function connectionTo(server: string, entry: DirectEntry): Promise<DirectConnection> {
  const known = connections.get(server)
  if (known !== undefined) return known
  const opening = connect(server, entry, () => connections.delete(server))
  connections.set(server, opening)
  opening.catch(() => connections.delete(server))
  return opening
}

async function connect(
  server: string,
  entry: DirectEntry,
  onEnd: () => void,
): Promise<DirectConnection> {
  const connection = new DirectConnection(server)
  const events: ChannelEvents = {
    onMessage: message => connection.take(message),
    onClose: reason => {
      onEnd()
      connection.end(reason)
    },
  }
  const { target } = entry
  const channel =
    target.type === 'stdio' ? openStdio(target, events) : openHttp(server, target, events)
  await connection.start(channel, entry.connectTimeoutMs)
  return connection
}

interface Waiting {
  readonly resolve: (message: Readonly<Record<string, unknown>>) => void
  readonly reject: (error: Error) => void
}

class DirectConnection {
  readonly #server: string
  readonly #waiting = new Map<number, Waiting>()
  #channel: Channel | undefined
  #lastId = 0
  #stateless = false

  constructor(server: string) {
    this.#server = server
  }

  async start(channel: Channel, timeoutMs: number): Promise<void> {
    this.#channel = channel
    const params = { protocolVersion: versions[0], capabilities: {}, clientInfo: client }
    const answer = await this.#request('initialize', params, { timeoutMs, code: 'CONNECT_TIMEOUT' })
    const { result, error } = answer
    if (isRecord(error)) return this.#goStateless(error)
    const version = isRecord(result) ? String(result['protocolVersion']) : 'none'
    if (!versions.includes(version)) throw this.#failed(`it speaks protocol version ${version}`)
    channel.agreed(version)
    await channel.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  }

  /** Servers of the stateless era know no initialize: every request carries what it would have said. */
  #goStateless(error: Record<string, unknown>): void {
    const code = error['code']
    if (code !== -32_601 && code !== -32_022) {
      this.#channel?.close()
      throw this.#failed(`it refused the handshake: ${String(error['message'])}`)
    }
    this.#stateless = true
    this.#channel?.agreed(statelessVersion)
  }

  async call(tool: string, args: unknown, timeoutMs: number): Promise<unknown> {
    const params = { name: tool, arguments: args, ...(this.#stateless && { _meta: statelessMeta }) }
    const { result, error } = await this.#request('tools/call', params, {
      timeoutMs,
      code: 'CALL_TIMEOUT',
    })
    if (isRecord(error)) {
      const unknownTool = error['code'] === -32_602
      throw new ToolError(
        unknownTool ? 'INVALID_ARGUMENT' : 'SERVER_PROTOCOL',
        String(error['message']),
        error['data'],
      )
    }
    if (typeof error === 'string') throw this.#failed(error)
    if (!isRecord(result)) throw this.#failed('it answered without a result that is an object')
    if (!isNestedDeeper(result, maxValueDepth)) return result
    throw this.#failed(`its answer nests more than ${maxValueDepth} levels deep`, 'SERVER_LIMIT')
  }

  take(message: Readonly<Record<string, unknown>>): void {
    const { id, method } = message
    if (typeof method === 'string') return this.#reply(id, method)
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined
    if (typeof id !== 'number' || waiting === undefined) return
    this.#settle(id)
    waiting.resolve(message)
  }

  end(reason: string): void {
    const left = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of left) reject(this.#failed(reason, 'SERVER_CLOSED'))
  }

  #request(
    method: string,
    params: unknown,
    { timeoutMs, code }: { readonly timeoutMs: number; readonly code: string },
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#settle(id)
        this.#cancel(id, method)
        reject(this.#failed(`${method} took longer than ${timeoutMs / 1000} s`, code))
      }, timeoutMs)
      const done =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          clearTimeout(late)
          settle(value)
        }
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) })
      this.#channel?.hold(true)
      const fail = (error: unknown): void => {
        this.#settle(id)
        clearTimeout(late)
        reject(error instanceof ToolError ? error : this.#failed(...reasonOf(error)))
      }
      const unanswered = (isOver: boolean): void => {
        if (!isOver || !this.#waiting.has(id)) return
        fail(this.#failed('what it sent holds no answer', 'SERVER_CLOSED'))
      }
      this.#channel?.send({ jsonrpc: '2.0', id, method, params }).then(unanswered, fail)
    })
  }

  #cancel(requestId: number, method: string): void {
    if (method === 'initialize') return this.#channel?.close()
    const params = { requestId, reason: 'timeout' }
    void this.#channel
      ?.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
      .catch(() => {})
  }

  /** Servers may ask us things; we offer nothing, and say so. */
  #reply(id: unknown, method: string): void {
    if (typeof id !== 'number' && typeof id !== 'string') return
    const known: Record<string, unknown> = { ping: {}, 'roots/list': { roots: [] } }
    const result = known[method]
    const error = { code: -32_601, message: `Not offered: ${method}` }
    const answer = result === undefined ? { error } : { result }
    void this.#channel?.send({ jsonrpc: '2.0', id, ...answer }).catch(() => {})
  }

  #settle(id: number): void {
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#channel?.hold(false)
  }

  #failed(how: string, code = 'SERVER_PROTOCOL'): ToolError {
    return new ToolError(code, `Cannot talk to server "${this.#server}": ${how}`)
  }
}

/** fetch says only "fetch failed": the reason is below it. */
function reasonOf(error: unknown): readonly [how: string, code: string] {
  if (!(error instanceof Error)) return [String(error), 'SERVER_PROTOCOL']
  const { message, cause } = error
  if (cause instanceof Error) return [`${message}: ${cause.message}`, 'SERVER_UNREACHABLE']
  return [message, 'SERVER_PROTOCOL']
}

const statelessMeta = {
  'io.modelcontextprotocol/protocolVersion': statelessVersion,
  'io.modelcontextprotocol/clientInfo': client,
  'io.modelcontextprotocol/clientCapabilities': {},
}
