/** A server over HTTP: `http.mjs <mode> [url]` prints its URL as one line, and ends with its stdin. */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'

import { answerOf, event, type Exchange, type Handler, json, listen, plain } from './raw/http.ts'
import { chosen, type Message, plainTool, textResult } from './raw/stdio.ts'

const argument = process.argv[3] ?? ''

/** Answers every POST with JSON, and refuses the rest. */
const stateless: Handler = ({ request, response, message }) => {
  if (request.method !== 'POST' || message === undefined) return plain(response, 405)
  const answer = answerOf(message)
  return answer === undefined ? plain(response, 202) : json(response, answer)
}

/** `handle` for tools/call only; everything else as a good server does. */
function onCall(handle: (exchange: Exchange & { readonly message: Message }) => void): Handler {
  return exchange => {
    const { message } = exchange
    if (message?.method !== 'tools/call') return stateless(exchange)
    return handle({ ...exchange, message })
  }
}

function refusing(status: number, headers: Readonly<Record<string, string>> = {}): Handler {
  return ({ response }) => void response.writeHead(status, headers).end('refused')
}

interface Args {
  readonly bytes?: number
  readonly forget?: boolean
  readonly open?: boolean
  readonly drop?: boolean
}

function argumentsOf(message: Message | undefined): Args {
  return message?.params?.['arguments'] ?? {}
}

const sessions = new Set<string>()

/** Sessions as 2025 has them: an unknown one is 404, DELETE ends it, `forget` forgets all. */
const stateful: Handler = exchange => {
  const { request, response, message } = exchange
  const session = String(request.headers['mcp-session-id'] ?? '')
  if (message?.method === 'initialize') {
    const id = randomUUID()
    sessions.add(id)
    response.setHeader('mcp-session-id', id)
    return stateless(exchange)
  }
  if (!sessions.has(session)) return plain(response, session === '' ? 400 : 404, 'no such session')
  if (request.method === 'DELETE') {
    sessions.delete(session)
    return plain(response, 200)
  }
  const args = argumentsOf(message)
  if (args.forget === true) sessions.clear()
  if (args.open === true) {
    const result = textResult(String(sessions.size))
    return json(response, { jsonrpc: '2.0', id: message?.id, result })
  }
  return stateless(exchange)
}

const streams = new Set<ServerResponse>()

/** The transport of 2024-11-05: one stream for answers, POSTs beside it; /mcp itself takes no POST. */
const legacySse: Handler = ({ request, response, message }) => {
  if (request.method === 'GET') {
    streams.add(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return void response.write(`event: endpoint\ndata: /messages?session=${streams.size}\n\n`)
  }
  const isMessage = String(request.url).startsWith('/messages')
  if (!isMessage || message === undefined) return plain(response, 405)
  plain(response, 202)
  const args = argumentsOf(message)
  if (args.drop === true) for (const stream of streams) stream.destroy()
  const answer = args.bytes === undefined ? answerOf(message) : { filler: 'x'.repeat(args.bytes) }
  for (const stream of streams) if (answer !== undefined) stream.write(event(answer))
}

/** Answers as an event stream, with a notification before the answer. */
const streaming: Handler = ({ request, response, message }) => {
  if (request.method !== 'POST' || message === undefined) return plain(response, 405)
  const answer = answerOf(message)
  if (answer === undefined) return plain(response, 202)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(
    event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 1 } }),
  )
  return void response.end(event(answer))
}

const discovered = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  ttlMs: 0,
  cacheScope: 'private',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'modern-http', version: '2.0.0' } },
}

const mirrored = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, n: { type: 'number' } },
}

const badMirror = { type: 'object', properties: { a: { type: 'object', 'x-mcp-header': 'A' } } }

/** Only 2026-07-28; its tool tells which headers a call came with. */
const modern: Handler = ({ request, response, message }) => {
  if (request.method !== 'POST' || message === undefined) return plain(response, 405)
  const { id, method } = message
  const result = (value: object): void =>
    json(response, { jsonrpc: '2.0', id, result: { resultType: 'complete', ...value } })
  if (method === 'server/discover') return result(discovered)
  if (method === 'tools/list') {
    const tools = [
      plainTool('headers', { inputSchema: mirrored }),
      plainTool('bad-mirror', { inputSchema: badMirror }),
    ]
    return result({ tools, ttlMs: 0, cacheScope: 'private' })
  }
  if (method === 'tools/call') {
    const {
      'mcp-method': mcpMethod,
      'mcp-name': name,
      'mcp-param-region': region,
    } = request.headers
    return result(textResult(JSON.stringify({ mcpMethod, name, region })) as object)
  }
  const error = { code: -32_601, message: 'Method not found' }
  return json(response, { jsonrpc: '2.0', id, error }, 404)
}

/** Says which headers reached it, as the answer of a call. */
const mirror: Handler = exchange => {
  const { message, request, response } = exchange
  if (message?.method !== 'tools/call') return stateless(exchange)
  return json(response, {
    jsonrpc: '2.0',
    id: message.id,
    result: textResult(JSON.stringify(request.headers)),
  })
}

const modes: Readonly<Record<string, Handler>> = {
  stateless,
  stateful,
  'legacy-sse': legacySse,
  streaming,
  modern,
  mirror,
  busy: refusing(429, { 'retry-after': '7' }),
  unavailable: refusing(503),
  'busy-calls': onCall(
    ({ response }) => void response.writeHead(429, { 'retry-after': '3' }).end(),
  ),
  unauthorized: refusing(401),
  forbidden: refusing(403),
  broken: refusing(500),
  missing: refusing(404),
  'redirects-away': ({ response }) => void response.writeHead(307, { location: argument }).end(),
  'redirects-within': exchange => {
    if (exchange.request.url === '/there') return stateless(exchange)
    return void exchange.response.writeHead(307, { location: '/there' }).end()
  },
  'silent-calls': onCall(() => undefined),
  'silent-probe': exchange =>
    exchange.message?.method === 'server/discover' ? undefined : stateless(exchange),
  hangs: () => undefined,
  'ends-stream': onCall(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': bye\n\n')
  }),
  'drops-calls': onCall(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': wait\n\n')
    setTimeout(() => response.destroy(), 20)
  }),
  'big-json': onCall(({ response, message }) => {
    const { bytes = 0 } = argumentsOf(message)
    const text = (size: number): string =>
      JSON.stringify({ jsonrpc: '2.0', id: message.id, result: textResult('x'.repeat(size)) })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(text(bytes - text(0).length))
  }),
  'big-event': onCall(({ response, message }) => {
    const { bytes = 0 } = argumentsOf(message)
    const text = (size: number): string =>
      event({ jsonrpc: '2.0', id: message.id, result: textResult('x'.repeat(size)) })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(text(bytes - text(0).length))
  }),
  'wrong-type': onCall(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
  }),
  /** Writes every member of its answers, the one it does not mean as null. */
  nulls: onCall(({ response, message }) => {
    const args = message?.params?.['arguments'] as { fails?: true } | undefined
    const error = args?.fails === true ? { code: -32_000, message: 'no', data: 1 } : null
    const result = error === null ? textResult('{"error":null}') : null
    json(response, { jsonrpc: '2.0', id: message?.id, result, error })
  }),
  'wrong-ids': onCall(({ response, message }) => {
    const wrong = { jsonrpc: '2.0', id: 999, result: textResult('wrong') }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(event(wrong) + event(answerOf(message)) + event(wrong))
  }),
}

listen(chosen(modes))
