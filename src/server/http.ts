/** Our server over Streamable HTTP, in both protocol eras, for loopback by default (spec §8). */
import { once } from 'node:events'
import {
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
  createServer,
} from 'node:http'
import type { AddressInfo } from 'node:net'

import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'

import { ExecutionError } from '../errors.ts'
import { type Guard, type GuardOptions, createGuard } from './http-guard.ts'
import { HttpSessions } from './http-sessions.ts'
import { type Surface, createMcpServer } from './mcp-server.ts'
import { maxRequestLineBytes } from './stdio.ts'

export interface HttpOptions extends GuardOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly now: () => number
  readonly maxBodyBytes?: number
  readonly maxSessions?: number
  readonly sessionIdleMs?: number
  /** How long a client may take to send one request. */
  readonly requestTimeoutMs?: number
  readonly maxConnections?: number
  readonly onError?: (error: Error) => void
}

export interface HttpListener extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

export const mcpPath = '/mcp'
export const healthPath = '/health'
export const defaultRequestTimeoutMs = 30_000
export const defaultMaxConnections = 1024
/** How long requests under way may finish once we are told to stop. */
const shutdownGraceMs = 5000

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Listens until disposed; throws SECURITY_REFUSED where the address needs a token, IO where it cannot be had. */
export async function serveOverHttp(surface: Surface, options: HttpOptions): Promise<HttpListener> {
  const guard = createGuard(options)
  const sessions = new HttpSessions({
    surface,
    now: options.now,
    ...(options.maxSessions === undefined ? {} : { maxSessions: options.maxSessions }),
    ...(options.sessionIdleMs === undefined ? {} : { idleMs: options.sessionIdleMs }),
  })
  const mcp = mcpListener(surface, sessions, options)
  const unanswered = new Set<ServerResponse>()
  const http = createServer({ connectionsCheckingInterval: 1000 }, (request, response) => {
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
    answer({ guard, mcp, surface, sessions }, request, response).catch((error: unknown) => {
      options.onError?.(error instanceof Error ? error : new Error(String(error)))
      response.destroy()
    })
  })
  http.requestTimeout = options.requestTimeoutMs ?? defaultRequestTimeoutMs
  http.headersTimeout = Math.min(http.requestTimeout, 10_000)
  http.maxConnections = options.maxConnections ?? defaultMaxConnections
  const { port } = await listen(http, options)
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    port,
    url: `http://${host}:${port}${mcpPath}`,
    [Symbol.asyncDispose]: () => stop(http, { surface, sessions, unanswered }),
  }
}

// Requests of the stateless era carry their protocol version; everything else belongs to a 2025-era session.
function mcpListener(surface: Surface, sessions: HttpSessions, options: HttpOptions): Listener {
  const maxRequestBodySize = options.maxBodyBytes ?? maxRequestLineBytes
  const onerror = options.onError === undefined ? {} : { onerror: options.onError }
  const modern = createMcpHandler(() => createMcpServer(surface), {
    legacy: 'reject',
    maxRequestBodySize,
    ...onerror,
  })
  return toNodeHandler(
    {
      fetch: async (request, requestOptions) => {
        const legacy = await isLegacyRequest(request, undefined, { maxRequestBodySize })
        return legacy
          ? await sessions.fetch(request, requestOptions)
          : await modern.fetch(request, requestOptions)
      },
    },
    { maxRequestBodySize, ...onerror },
  )
}

interface Parts {
  readonly guard: Guard
  readonly mcp: Listener
  readonly surface: Surface
  readonly sessions: HttpSessions
}

async function answer(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = parts.guard(request)
  if (refusal !== undefined) {
    const headers: Record<string, string> =
      refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    sendJson(response, { status: refusal.status, headers, body: rpc(refusal.message) })
    return
  }
  const path = (request.url ?? '/').split('?', 1)[0]
  if (path === mcpPath) {
    await parts.mcp(request, response)
  } else if (path === healthPath && request.method === 'GET') {
    const { active, queued } = parts.surface.gate
    const body = { status: 'ok', sessions: parts.sessions.size, active, queued }
    sendJson(response, { status: 200, headers: {}, body })
  } else {
    sendJson(response, { status: 404, headers: {}, body: rpc(`Not found: MCP is at ${mcpPath}`) })
  }
}

function rpc(message: string): object {
  return { jsonrpc: '2.0', error: { code: -32000, message }, id: null }
}

interface JsonAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

// The unread rest of a refused body must not be taken for the next request.
function sendJson(response: ServerResponse, { status, headers, body }: JsonAnswer): void {
  const closing: Record<string, string> = status === 200 ? {} : { connection: 'close' }
  response.writeHead(status, { 'content-type': 'application/json', ...closing, ...headers })
  response.end(JSON.stringify(body))
}

function listen(http: HttpServer, { host, port }: HttpOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    http.once('error', cause => reject(cannotListen(host, port, cause)))
    http.listen(port, host, () => {
      const address = http.address()
      if (address !== null && typeof address === 'object') resolve(address)
    })
  })
}

interface Open {
  readonly surface: Surface
  readonly sessions: HttpSessions
  readonly unanswered: ReadonlySet<ServerResponse>
}

// Calls under way may finish and their answers be read; then sessions' standing streams end, and what is left is idle.
async function stop(http: HttpServer, { surface, sessions, unanswered }: Open): Promise<void> {
  const grace = AbortSignal.timeout(shutdownGraceMs)
  const closed = new Promise<void>(resolve => {
    http.close(() => resolve())
  })
  await surface.gate.idle(grace)
  await sessions[Symbol.asyncDispose]()
  const answers = [...unanswered].map(response => once(response, 'close', { signal: grace }))
  await Promise.allSettled(answers)
  http.closeAllConnections()
  await closed
}

function cannotListen(host: string, port: number, cause: Error): ExecutionError {
  const message = `Cannot listen on "${host}:${port}": ${cause.message}; choose another --port or --host`
  return new ExecutionError('IO', message, { cause })
}
