/** Over HTTP: the right transport and era are found, credentials stay home, and everything a server sends is bounded. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import { afterEach, describe, expect, test } from 'vitest'

import { introspect } from '../../src/catalog/index.ts'
import {
  type ClientLimits,
  connect,
  type Connection,
  type EraVerdict,
} from '../../src/client/index.ts'
import { serverId } from '../../src/ids.ts'
import { codeOf, failureOf, repository, serverFile, spec, textOf } from './open.ts'

const mebibyte = 1024 * 1024
const started: ChildProcess[] = []

afterEach(() => {
  for (const server of started.splice(0)) server.kill()
})

async function urlOf(...args: readonly string[]): Promise<string> {
  const server = spawn(process.execPath, [serverFile('http'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  started.push(server)
  return await new Promise(resolve => {
    createInterface({ input: server.stdout }).once('line', resolve)
  })
}

interface How {
  readonly type?: 'http' | 'sse'
  readonly headers?: Readonly<Record<string, string>>
  readonly limits?: Partial<ClientLimits>
}

async function reach(
  url: string,
  { type = 'http', headers = {}, limits = {} }: How = {},
): Promise<Connection> {
  return await connect(spec({ type, url, headers }), { env: {}, limits })
}

describe('a server', () => {
  test.each([
    ['stateless', 'http', '2025-11-25'],
    ['streaming', 'http', '2025-11-25'],
    ['stateful', 'http', '2025-11-25'],
    ['modern', 'http', '2026-07-28'],
    ['legacy-sse', 'http', '2025-11-25'],
    ['legacy-sse', 'sse', '2025-11-25'],
    ['stateless', 'sse', '2025-11-25'],
    ['redirects-within', 'http', '2025-11-25'],
  ] as const)('that is %s, configured as %s, is spoken to as %s', async (mode, type, version) => {
    await using connection = await reach(await urlOf(mode), { type })
    expect(connection.handshake.protocolVersion).toBe(version)
    const { tools, skipped } = await introspect(connection, { id: serverId('under-test') })
    expect([tools.length, skipped.length]).toEqual([1, 1])
    const [tool] = tools
    expect(textOf(await connection.callTool(tool?.name ?? '', { n: 1 }))).toMatch(/^\{/)
  })

  test('that keeps silent when asked for the newer era is taken for an older one', async () => {
    await using connection = await reach(await urlOf('silent-probe'))
    expect(connection.handshake.protocolVersion).toBe('2025-11-25')
  })

  test('is asked only once what it speaks', async () => {
    const verdicts = new Map<string, EraVerdict>()
    const eras = {
      get: (key: string) => Promise.resolve(verdicts.get(key)),
      set: (key: string, verdict: EraVerdict) => Promise.resolve(void verdicts.set(key, verdict)),
    }
    const target = { type: 'http' as const, url: await urlOf('legacy-sse'), headers: {} }
    for (let round = 0; round < 2; round += 1) {
      await using connection = await connect(spec(target), { env: {}, eras })
      expect(textOf(await connection.callTool('echo', { round }))).toBe(JSON.stringify({ round }))
    }
    expect([...verdicts.values()]).toEqual([{ era: 'legacy', transport: 'sse' }])
  })

  test('gets the parameters it asked for mirrored into headers', async () => {
    await using connection = await reach(await urlOf('modern'))
    const [tool] = await connection.listTools()
    const expected = { mcpMethod: 'tools/call', name: 'headers', region: 'eu' }
    const listed = await connection.callTool('headers', { region: 'eu' })
    expect(JSON.parse(textOf(listed))).toEqual(expected)
    await using fresh = await reach(await urlOf('modern'))
    const given = await fresh.callTool(
      'headers',
      { region: 'eu' },
      tool === undefined ? {} : { tool },
    )
    expect(JSON.parse(textOf(given))).toEqual(expected)
  })

  test('is told when its session is over', async () => {
    const url = await urlOf('stateful')
    await using watching = await reach(url)
    const other = await reach(url)
    const open = async (): Promise<string> =>
      textOf(await watching.callTool('echo', { open: true }))
    expect(await open()).toBe('2')
    await other[Symbol.asyncDispose]()
    expect(await open()).toBe('1')
  })

  test('that forgot our session closes the connection', async () => {
    await using connection = await reach(await urlOf('stateful'))
    await connection.callTool('echo', { forget: true })
    expect(await codeOf(connection.callTool('echo', {}))).toBe('SERVER_CLOSED')
    expect((await connection.closed).reason).toBe('the server no longer knows our session')
  })
})

describe('a refusal', () => {
  test.each([
    ['unauthorized', 'AUTH_REQUIRED', { httpStatus: 401 }],
    ['forbidden', 'AUTH_REQUIRED', { httpStatus: 403 }],
    ['broken', 'SERVER_UNREACHABLE', { httpStatus: 500 }],
    ['missing', 'SERVER_PROTOCOL', { httpStatus: 404 }],
    ['busy', 'SERVER_UNREACHABLE', { httpStatus: 429, retryAfterMs: 7000 }],
    ['unavailable', 'SERVER_UNREACHABLE', { httpStatus: 503 }],
  ] as const)('%s → %s', async (mode, code, details) => {
    const failure = await failureOf(reach(await urlOf(mode)))
    expect(failure.code).toBe(code)
    expect(failure.details).toEqual(details)
  })

  test('of one call says when to try again, and leaves the connection alone', async () => {
    await using connection = await reach(await urlOf('busy-calls'))
    const failure = await failureOf(connection.callTool('echo', {}))
    expect(failure.code).toBe('SERVER_UNREACHABLE')
    expect(failure.details).toEqual({ httpStatus: 429, retryAfterMs: 3000 })
    expect(await connection.listTools()).toHaveLength(2)
  })

  test('by nobody listening', async () => {
    const failure = await failureOf(reach('http://127.0.0.1:1023/mcp'))
    expect(failure.code).toBe('SERVER_UNREACHABLE')
    expect(failure.message).toContain('ECONNREFUSED')
  })

  test('by silence', async () => {
    const limits = { connectMs: 300 }
    expect(await codeOf(reach(await urlOf('hangs'), { limits }))).toBe('CONNECT_TIMEOUT')
    expect(await codeOf(reach(await urlOf('hangs'), { limits, type: 'sse' }))).toBe(
      'CONNECT_TIMEOUT',
    )
  })
})

describe('credentials', () => {
  test('reach the server', async () => {
    const headers = { authorization: 'Bearer secret-token', 'x-team': 'a' }
    await using connection = await reach(await urlOf('mirror'), { headers })
    const seen: unknown = JSON.parse(textOf(await connection.callTool('echo', {})))
    expect(seen).toMatchObject(headers)
  })

  test('never follow a redirect to another origin', async () => {
    const elsewhere = await urlOf('mirror')
    const headers = { authorization: 'Bearer secret-token' }
    const failure = await failureOf(reach(await urlOf('redirects-away', elsewhere), { headers }))
    expect(failure.code).toBe('SERVER_PROTOCOL')
    expect(failure.message).toContain('not followed')
    expect(failure.message).not.toContain('secret-token')
  })
})

describe('a body', () => {
  test.each(['big-json', 'big-event'])(
    'of %s may be as long as the limit, and no longer',
    async mode => {
      const limits = { maxMessageBytes: mebibyte }
      await using connection = await reach(await urlOf(mode), { limits })
      // An event's two line ends do not count.
      const most = mode === 'big-json' ? mebibyte : mebibyte + 1
      const whole = await connection.callTool('echo', { bytes: most })
      expect(textOf(whole).length).toBeGreaterThan(mebibyte - 200)
      const failure = await failureOf(connection.callTool('echo', { bytes: most + 100 }))
      expect(failure.code).toBe('MESSAGE_TOO_LARGE')
      expect(await connection.listTools()).toHaveLength(2)
    },
  )

  test('over 32 MiB on a legacy stream closes the connection', async () => {
    await using connection = await reach(await urlOf('legacy-sse'), { type: 'sse' })
    const failure = await failureOf(connection.callTool('echo', { bytes: 33 * mebibyte }))
    expect(failure.code).toBe('MESSAGE_TOO_LARGE')
    await connection.closed
  })

  test('of the wrong kind is a protocol failure', async () => {
    await using connection = await reach(await urlOf('wrong-type'))
    expect(await codeOf(connection.callTool('echo', {}))).toBe('SERVER_PROTOCOL')
  })
})

describe('a call', () => {
  test.each(['ends-stream', 'drops-calls'])('that %s fails at once', async mode => {
    await using connection = await reach(await urlOf(mode))
    expect(await codeOf(connection.callTool('echo', {}))).toBe('SERVER_CLOSED')
  })

  test('whose legacy stream is dropped fails at once, and so does the connection', async () => {
    await using connection = await reach(await urlOf('legacy-sse'), { type: 'sse' })
    expect(await codeOf(connection.callTool('echo', { drop: true }))).toBe('SERVER_CLOSED')
    await connection.closed
  })

  test('that is never answered ends at its timeout', async () => {
    await using connection = await reach(await urlOf('silent-calls'))
    expect(await codeOf(connection.callTool('echo', {}, { timeoutMs: 100 }))).toBe('CALL_TIMEOUT')
  })

  test('takes an answer that writes the member it does not mean as null, as on stdio', async () => {
    await using connection = await reach(await urlOf('nulls'))
    expect(textOf(await connection.callTool('echo', {}))).toBe('{"error":null}')
    const failure = await failureOf(connection.callTool('echo', { fails: true }))
    expect(failure.message).toBe('Cannot call tool "echo": the server answered -32000: no')
    expect(failure.details).toEqual({ rpcCode: -32_000, rpcData: 1 })
  })

  test('takes the answer with its own id', async () => {
    await using connection = await reach(await urlOf('wrong-ids'))
    expect(textOf(await connection.callTool('echo', { a: 1 }))).toBe('{"a":1}')
  })
})

test.each([
  ['streamableHttp', 'http', '/mcp'],
  ['sse', 'sse', '/sse'],
] as const)('server-everything over %s is read whole', async (mode, type, path) => {
  const file = `${repository}node_modules/@modelcontextprotocol/server-everything/dist/index.js`
  const port = 20_000 + (process.pid % 20_000) + (type === 'sse' ? 1 : 0)
  const server = spawn(process.execPath, [file, mode], {
    env: { PATH: process.env['PATH'], PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  started.push(server)
  await new Promise<void>(resolve => {
    createInterface({ input: server.stderr }).on('line', line => {
      if (line.includes(String(port)) || line.includes('listening')) resolve()
    })
  })
  await using connection = await reach(`http://127.0.0.1:${port}${path}`, { type })
  const {
    tools,
    skipped,
    server: info,
  } = await introspect(connection, { id: serverId('everything') })
  expect(info.name).toBe('mcp-servers/everything')
  expect(tools.length).toBeGreaterThan(10)
  expect(skipped).toEqual([])
  expect(textOf(await connection.callTool('echo', { message: 'hi' }))).toBe('Echo: hi')
})
