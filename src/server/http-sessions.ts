/** The sessions of 2025-era HTTP clients: each its own transport and server, so that no answer can cross (spec §8). */
import { randomUUID } from 'node:crypto'

import {
  type McpHandlerRequestOptions,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'

import { type Surface, createMcpServer } from './mcp-server.ts'

export const maxHttpSessions = 1000
export const httpSessionIdleMs: number = 30 * 60_000

interface HttpSession {
  readonly transport: WebStandardStreamableHTTPServerTransport
  lastUsedAt: number
}

export interface HttpSessionsOptions {
  readonly surface: Surface
  readonly now: () => number
  readonly maxSessions?: number
  readonly idleMs?: number
}

export class HttpSessions implements AsyncDisposable {
  readonly #sessions = new Map<string, HttpSession>()
  readonly #options: Required<HttpSessionsOptions>
  #opening = 0

  constructor(options: HttpSessionsOptions) {
    this.#options = { maxSessions: maxHttpSessions, idleMs: httpSessionIdleMs, ...options }
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Answers one 2025-era request: with its session where it names one, else as the opening of a new session. */
  async fetch(request: Request, options: McpHandlerRequestOptions = {}): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id !== null) return await this.#inSession(id, request, options)
    await this.#closeIdle()
    if (this.size + this.#opening >= this.#options.maxSessions) return full(this.size)
    return await this.#open(request, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#sessions.values()]
    this.#sessions.clear()
    await Promise.all(open.map(({ transport }) => transport.close()))
  }

  async #inSession(
    id: string,
    request: Request,
    options: McpHandlerRequestOptions,
  ): Promise<Response> {
    const session = this.#sessions.get(id)
    if (session === undefined) return rpcError(404, -32001, 'Session not found: initialize again')
    session.lastUsedAt = this.#options.now()
    return await session.transport.handleRequest(request, options)
  }

  // Only `initialize` opens a session; the transport refuses anything else, and is then let go.
  async #open(request: Request, options: McpHandlerRequestOptions): Promise<Response> {
    const { surface, now } = this.#options
    this.#opening += 1
    try {
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: id => {
          this.#sessions.set(id, { transport, lastUsedAt: now() })
        },
        onsessionclosed: id => {
          this.#sessions.delete(id)
        },
      })
      await createMcpServer(surface).connect(transport)
      const response = await transport.handleRequest(request, options)
      if (transport.sessionId === undefined) await transport.close()
      return response
    } finally {
      this.#opening -= 1
    }
  }

  async #closeIdle(): Promise<void> {
    const { now, idleMs } = this.#options
    const idle = [...this.#sessions].filter(([, { lastUsedAt }]) => now() - lastUsedAt >= idleMs)
    for (const [id] of idle) this.#sessions.delete(id)
    await Promise.all(idle.map(([, { transport }]) => transport.close()))
  }
}

export function rpcError(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
}

function full(sessions: number): Response {
  return rpcError(503, -32000, `Cannot open a session: ${sessions} are open; end one or try later`)
}
