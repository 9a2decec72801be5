import { connect as connectSocket } from 'node:net'

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, expect, test } from 'vitest'

import { type HttpListener, type HttpOptions, serveOverHttp } from '../../src/server/http.ts'
import { testSurface, type Waiting } from './test-surface.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

async function listen(
  options: Partial<HttpOptions> = {},
  waiting: Waiting = testSurface(),
): Promise<HttpListener> {
  const listener = await serveOverHttp(waiting.surface, {
    host: '127.0.0.1',
    port: 0,
    now: () => 0,
    ...options,
  })
  open.push(listener)
  return listener
}

async function connect(url: string, mode: 'legacy' | { pin: '2026-07-28' }): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  open.push({ [Symbol.asyncDispose]: () => client.close() })
  return client
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 't', version: '1' },
  },
}
const accept = 'application/json, text/event-stream'

function post(
  url: string,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function sessionOf(client: Client): Promise<unknown> {
  const { structuredContent } = await client.callTool({ name: 'echo', arguments: { text: '' } })
  return structuredContent
}

/** Sends raw bytes, so that headers `fetch` would not let through arrive; resolves with the status line. */
function rawStatus(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(port, '127.0.0.1', () => socket.write(request))
    let answer = ''
    socket.on('data', chunk => {
      answer += String(chunk)
    })
    socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''))
    socket.on('error', reject)
  })
}

test.each([{ mode: 'legacy' as const }, { mode: { pin: '2026-07-28' as const } }])(
  'a client of era $mode lists and calls tools, with progress',
  async ({ mode }) => {
    const { url } = await listen()
    const client = await connect(url, mode)
    const { tools } = await client.listTools()
    expect(tools.map(tool => tool.name)).toEqual(['echo', 'wait', 'fail'])
    const seen: unknown[] = []
    const result = await client.callTool(
      { name: 'echo', arguments: { text: 'hi' } },
      { onprogress: progress => seen.push(progress) },
    )
    expect(result.structuredContent).toMatchObject({ text: 'hi' })
    expect(result.content).toEqual([
      { type: 'text', text: JSON.stringify(result.structuredContent) },
    ])
    expect(seen).toEqual([{ progress: 1, total: 2, message: 'half' }])
    expect(await client.callTool({ name: 'fail', arguments: {} })).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: 'TOOL_NOT_FOUND: Cannot find the tool "x": there is none' }],
    })
    await expect(client.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    })
    expect(await client.callTool({ name: 'echo', arguments: { text: 5 } })).toMatchObject({
      isError: true,
    })
  },
)

test('a 2025-era connection keeps one default session, and two connections never share one', async () => {
  const { url } = await listen()
  const [a, b] = [await connect(url, 'legacy'), await connect(url, 'legacy')]
  const first = await sessionOf(a)
  expect(await sessionOf(a)).toEqual(first)
  expect(await sessionOf(b)).not.toEqual(first)
})

test('a foreign, a replayed and a missing session id are refused', async () => {
  const { url } = await listen()
  const opened = await post(url, initialize)
  const id = opened.headers.get('mcp-session-id') ?? ''
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
  expect((await post(url, list, { 'mcp-session-id': id })).status).toBe(200)
  expect((await post(url, list, { 'mcp-session-id': crypto.randomUUID() })).status).toBe(404)
  expect((await post(url, list)).status).toBe(400)
  const ended = await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': id } })
  expect(ended.status).toBe(200)
  const replayed = await post(url, list, { 'mcp-session-id': id })
  expect(replayed.status).toBe(404)
  expect(await replayed.json()).toMatchObject({
    error: { message: 'Session not found: initialize again' },
  })
})

test.each([
  { header: 'host: evil.test', status: '403', why: 'DNS rebinding' },
  { header: 'host: 127.0.0.1\r\norigin: https://evil.test', status: '403', why: 'another origin' },
  { header: 'host: localhost\r\norigin: null', status: '403', why: 'an opaque origin' },
  {
    header: 'host: localhost\r\norigin: http://localhost:5173',
    status: '404',
    why: 'our own machine',
  },
])('$why: $header → $status', async ({ header, status }) => {
  const { port } = await listen()
  const line = await rawStatus(
    port,
    `GET /nothing HTTP/1.1\r\n${header}\r\nconnection: close\r\n\r\n`,
  )
  expect(line.split(' ')[1]).toBe(status)
})

test('a body of exactly the limit is read, one byte more is 413, and broken JSON is 400', async () => {
  const { url } = await listen({ maxBodyBytes: 1000 })
  const body = JSON.stringify(initialize)
  expect((await post(url, body.padEnd(1000))).status).toBe(200)
  expect((await post(url, body.padEnd(1001))).status).toBe(413)
  const broken = await post(url, '{"jsonrpc":')
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ error: { code: -32700 } })
})

test('a body that trickles is cut off at the request timeout', async () => {
  const { port } = await listen({ requestTimeoutMs: 300 })
  const head =
    'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{'
  expect((await rawStatus(port, head)).split(' ')[1]).toBe('408')
})

test('the last session allowed opens, one more is refused until an idle one ends', async () => {
  let now = 0
  const { url } = await listen({ maxSessions: 2, sessionIdleMs: 1000, now: () => now })
  expect((await post(url, initialize)).status).toBe(200)
  now = 1
  expect((await post(url, initialize)).status).toBe(200)
  expect((await post(url, initialize)).status).toBe(503)
  now = 1000
  expect((await post(url, initialize)).status).toBe(200)
  expect((await post(url, initialize)).status).toBe(503)
})

test('off loopback a token is needed, and only the token of the file is let in', async () => {
  const options = { host: '0.0.0.0', allowedHosts: ['localhost'] }
  await expect(listen(options)).rejects.toMatchObject({ code: 'SECURITY_REFUSED' })
  await expect(listen({ ...options, token: 'short' })).rejects.toMatchObject({
    code: 'SECURITY_REFUSED',
  })
  const token = 'correct-horse-battery'
  const { port } = await listen({ ...options, token })
  const url = `http://localhost:${port}/mcp`
  const refused = await post(url, initialize)
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  expect(
    (await post(url, initialize, { authorization: 'Bearer wrong-horse-battery' })).status,
  ).toBe(401)
  expect((await post(url, initialize, { authorization: `Bearer ${token}` })).status).toBe(200)
})

test('cancelling stops the work, in both eras', async () => {
  for (const mode of ['legacy' as const, { pin: '2026-07-28' as const }]) {
    const waiting = testSurface()
    const { url } = await listen({}, waiting)
    const client = await connect(url, mode)
    const abort = new AbortController()
    const call = client.callTool({ name: 'wait', arguments: {} }, { signal: abort.signal })
    const outcome = call.then(
      () => 'answered',
      () => 'cancelled',
    )
    await waiting.whenWaiting(1)
    abort.abort()
    expect(await outcome).toBe('cancelled')
    while (waiting.cancelled() === 0) await new Promise(resolve => setImmediate(resolve))
    expect(waiting.waiting()).toBe(0)
  }
})

test('eight calls run at once, the ninth waits, and a full queue says so', async () => {
  const waiting = testSurface({ concurrent: 8, queued: 1 })
  const { url } = await listen({}, waiting)
  const client = await connect(url, 'legacy')
  const call = (): Promise<unknown> => client.callTool({ name: 'wait', arguments: {} })
  const running = Array.from({ length: 9 }, call)
  await waiting.whenWaiting(8)
  while (waiting.surface.gate.queued < 1) await new Promise(resolve => setImmediate(resolve))
  expect([waiting.surface.gate.active, waiting.surface.gate.queued]).toEqual([8, 1])
  expect(await call()).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/^SERVER_LIMIT: /) }],
  })
  waiting.release()
  await waiting.whenWaiting(1)
  waiting.release()
  await Promise.all(running)
})

test('health tells what is open and under way', async () => {
  const { url } = await listen()
  await post(url, initialize)
  const health = await fetch(url.replace('/mcp', '/health'))
  expect(await health.json()).toEqual({ status: 'ok', sessions: 1, active: 0, queued: 0 })
})

test('stopping lets a call under way finish', async () => {
  const waiting = testSurface()
  const listener = await serveOverHttp(waiting.surface, {
    host: '127.0.0.1',
    port: 0,
    now: () => 0,
  })
  const client = await connect(listener.url, { pin: '2026-07-28' })
  const call = client.callTool({ name: 'wait', arguments: {} })
  await waiting.whenWaiting(1)
  const stopped = listener[Symbol.asyncDispose]()
  waiting.release()
  expect(await call).toMatchObject({ structuredContent: {} })
  await stopped
})
