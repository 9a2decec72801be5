import { setImmediate } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Catalog, Tool, ToolAnnotations } from '../catalog/index.ts'
import type { CallOptions, Connection, ToolResult } from '../client/index.ts'
import type { ServerSettings, ServerSpec } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { serverId, toolName } from '../ids.ts'
import type { CallRecord } from '../stats/index.ts'
import type { Bridge, BridgeDeps } from './bridge-deps.ts'
import { createBridge } from './bridge.ts'
import type { KeptCatalog } from './catalog-store.ts'
import type { BridgeLimits } from './limits.ts'

/** A server of functions: what each tool does with its arguments. */
type Handler = (args: Readonly<Record<string, unknown>>, options: CallOptions) => Promise<unknown>

interface Rig {
  readonly bridge: Bridge
  readonly records: CallRecord[]
  readonly connects: string[]
  readonly calls: string[]
  /** Ends the newest connection as a crash would. */
  readonly crash: () => void
  clock: number
}

interface RigOptions {
  readonly tools: Readonly<Record<string, Handler>>
  readonly annotations?: Readonly<Record<string, ToolAnnotations>>
  readonly limits?: Partial<BridgeLimits>
  readonly connect?: () => Promise<void>
  readonly deps?: Partial<BridgeDeps>
}

const spec = (name = 'one', settings: ServerSettings = {}): ServerSpec => ({
  id: serverId(name),
  name,
  target: { type: 'stdio', command: name, args: [], env: {} },
  settings,
})

function rig({ tools, annotations = {}, limits = {}, connect, deps = {} }: RigOptions): Rig {
  const records: CallRecord[] = []
  const connects: string[] = []
  const calls: string[] = []
  let end: (() => void) | undefined
  const catalog: Catalog = {
    server: {
      id: serverId('one'),
      name: 'one',
      version: '1',
      protocolVersion: '2025-11-25',
      capabilities: {},
    },
    tools: Object.keys(tools).map(name => toolOf(name, annotations[name])),
    skipped: [],
    digest: '',
  }
  const made: Rig = {
    records,
    connects,
    calls,
    crash: () => end?.(),
    clock: 1_000_000,
    bridge: createBridge({
      resolve: async id => spec(id),
      async connect(wanted) {
        connects.push(wanted.name)
        await connect?.()
        const closed = new Promise<{ reason: string; stderr: string }>(resolve => {
          end = () => resolve({ reason: 'crashed', stderr: '' })
        })
        return fakeConnection({ tools, calls, closed })
      },
      introspect: async () => catalog,
      validate: async (_schema, args) =>
        typeof args === 'object' && args !== null && 'bad' in args
          ? [{ path: '/bad', message: 'nothing may stand here' }]
          : [],
      record: tell => void records.push(tell()),
      now: () => made.clock,
      limits: { retryDelayMs: 1, ...limits },
      ...deps,
    }),
  }
  return made
}

function toolOf(name: string, annotations: ToolAnnotations | undefined): Tool {
  const inputSchema = {
    type: 'object',
    properties: { good: { type: 'string' } },
    required: ['good'],
  }
  return { name: toolName(name), inputSchema, digest: '', ...(annotations && { annotations }) }
}

function fakeConnection({
  tools,
  calls,
  closed,
}: {
  readonly tools: RigOptions['tools']
  readonly calls: string[]
  readonly closed: Connection['closed']
}): Connection {
  return {
    handshake: { name: 'one', version: '1', protocolVersion: '2025-11-25', capabilities: {} },
    listTools: async () => [],
    countPrompts: async () => undefined,
    countResources: async () => undefined,
    async callTool(name, args, options = {}): Promise<ToolResult> {
      calls.push(name)
      const value = await tools[name]?.(args, options)
      return { content: [{ type: 'text', text: JSON.stringify(value) }] }
    },
    closed,
    onToolsChanged: () => () => undefined,
    stderr: () => '',
    [Symbol.asyncDispose]: async () => undefined,
  }
}

const call = (tool: string, args: Readonly<Record<string, unknown>> = {}, server = 'one') => ({
  server: serverId(server),
  tool: toolName(tool),
  args,
})
const lost = (): never => {
  throw new ExecutionError('SERVER_CLOSED', 'gone')
}

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    }),
)
afterEach(() => void vi.useRealTimers())

test('calls at the same moment share one connect; a crash makes the next call connect anew', async () => {
  const { bridge, connects, crash } = rig({ tools: { go: async () => 1 } })
  await Promise.all([bridge.call(call('go')), bridge.call(call('go')), bridge.call(call('go'))])
  expect(connects).toEqual(['one'])
  crash()
  await vi.advanceTimersByTimeAsync(0)
  await bridge.call(call('go'))
  expect(connects).toEqual(['one', 'one'])
})

test('every call leaves one record, with its outcome, sizes and the digest of its arguments', async () => {
  const { bridge, records } = rig({ tools: { go: async () => 1, lose: async () => lost() } })
  await bridge.call(call('go', { b: 1, a: 2 }))
  await bridge.call(call('go', { a: 2, b: 1 }))
  await expect(bridge.call(call('lose'))).rejects.toMatchObject({ code: 'SERVER_CLOSED' })
  expect(
    records.map(({ tool, outcome, bytesIn, bytesOut }) => [tool, outcome, bytesIn, bytesOut]),
  ).toEqual([
    ['go', 'ok', 13, 40],
    ['go', 'ok', 13, 40],
    ['lose', 'SERVER_CLOSED', 2, 0],
  ])
  expect(records[0]?.argsDigest).toBe(records[1]?.argsDigest)
})

test('wrong arguments never leave; the error names path, expectation, signature and what was probably meant', async () => {
  const { bridge, calls } = rig({ tools: { go: async () => 1 } })
  const failing = bridge.call(call('go', { bad: 1, goood: 'x' }))
  await expect(failing).rejects.toMatchObject({
    code: 'VALIDATION',
    message:
      'Cannot call tool "go": "/bad": nothing may stand here; for "goood", did you mean "good"?; expected: go({ good: string })',
  })
  expect(calls).toEqual([])
})

test('an unknown tool is refused with the nearest name; blocked and not allowed ones before anything starts', async () => {
  const { bridge, connects } = rig({ tools: { create_issue: async () => 1 } })
  const blocked = spec('one', { blockedTools: ['create_issue'] })
  const other = spec('one', { allowedTools: ['list'] })
  const wanted = { tool: toolName('create_issue'), args: {} }
  await expect(bridge.callOn(blocked, wanted)).rejects.toMatchObject({ code: 'SECURITY_REFUSED' })
  await expect(bridge.callOn(other, wanted)).rejects.toMatchObject({ code: 'SECURITY_REFUSED' })
  expect(connects).toEqual([])
  await expect(bridge.call(call('createIsue'))).rejects.toMatchObject({
    code: 'TOOL_NOT_FOUND',
    details: { didYouMean: 'create_issue' },
  })
})

test('with a catalog kept from before, wrong arguments start nothing', async () => {
  let kept: KeptCatalog | undefined
  const catalogs: BridgeDeps['catalogs'] = {
    read: async () => kept,
    write: async (_server, fresh) => void (kept = fresh),
  }
  const first = rig({ tools: { go: async () => 1 }, deps: { catalogs } })
  await first.bridge.call(call('go'))
  const second = rig({ tools: { go: async () => 1 }, deps: { catalogs } })
  await expect(second.bridge.call(call('go', { bad: 1 }))).rejects.toMatchObject({
    code: 'VALIDATION',
  })
  expect(second.connects).toEqual([])
})

test('a lost connection is tried again only for tools that may run twice', async () => {
  const { bridge, calls } = rig({
    tools: { read: async () => lost(), write: async () => lost(), put: async () => lost() },
    annotations: { read: { readOnlyHint: true }, put: { idempotentHint: true } },
    limits: { retries: 2 },
  })
  vi.useRealTimers()
  for (const tool of ['read', 'write', 'put']) {
    await expect(bridge.call(call(tool))).rejects.toMatchObject({ code: 'SERVER_CLOSED' })
  }
  expect(calls).toEqual(['read', 'read', 'read', 'write', 'put', 'put', 'put'])
})

test('429 and 503 are tried again for every tool, after the time the server asks for', async () => {
  let refusals = 2
  const { bridge, calls } = rig({
    tools: {
      async go() {
        refusals -= 1
        if (refusals < 0) return 'done'
        const details = { httpStatus: 503, retryAfterMs: 2000 }
        throw new ExecutionError('SERVER_UNREACHABLE', 'busy', { details })
      },
    },
  })
  const done = bridge.call(call('go'))
  await vi.advanceTimersByTimeAsync(3999)
  expect(calls).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  await expect(done).resolves.toMatchObject({ content: [{ text: '"done"' }] })
})

test('a call cancelled while it waits to be tried again ends at once, and is not tried again', async () => {
  const { bridge, calls } = rig({
    tools: {
      async go() {
        const details = { httpStatus: 429, retryAfterMs: 30_000 }
        throw new ExecutionError('SERVER_UNREACHABLE', 'busy', { details })
      },
    },
  })
  const abort = new AbortController()
  const cancelled = bridge.call(call('go'), { signal: abort.signal })
  await vi.advanceTimersByTimeAsync(1000)
  abort.abort()
  await expect(cancelled).rejects.toMatchObject({ code: 'INTERRUPTED' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(calls).toEqual(['go'])
})

test('a server that keeps failing to connect is left alone for a while', async () => {
  const { bridge, connects } = rig({
    tools: {},
    connect: async () => {
      throw new ExecutionError('SERVER_UNREACHABLE', 'no such command')
    },
    limits: { breakerFailures: 3, breakerMs: 10_000, retries: 0 },
  })
  for (let index = 0; index < 3; index++) {
    await expect(bridge.call(call('go'))).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  }
  await expect(bridge.call(call('go'))).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' })
  expect(connects).toHaveLength(3)
  await vi.advanceTimersByTimeAsync(10_000)
  await expect(bridge.call(call('go'))).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
})

test('calls beyond the concurrency limit queue; cancelled ones never start', async () => {
  const release: (() => void)[] = []
  const { bridge, calls } = rig({
    tools: { hold: () => new Promise(resolve => release.push(() => resolve(1))) },
  })
  const narrow = spec('one', { maxConcurrentCalls: 2 })
  const one = { tool: toolName('hold'), args: {} }
  const abort = new AbortController()
  const running = [bridge.callOn(narrow, one), bridge.callOn(narrow, one)]
  const cancelled = bridge.callOn(narrow, one, { signal: abort.signal })
  const queued = bridge.callOn(narrow, one)
  await vi.advanceTimersByTimeAsync(0)
  expect(calls).toHaveLength(2)
  expect(bridge.connections()).toMatchObject([{ inFlight: 2, queued: 2 }])
  abort.abort()
  await expect(cancelled).rejects.toMatchObject({ code: 'INTERRUPTED' })
  // It leaves the queue at once: under a rate limit it would take another call's turn.
  expect(bridge.connections()).toMatchObject([{ inFlight: 2, queued: 1 }])
  for (const free of release.splice(0)) free()
  await Promise.all(running)
  await vi.advanceTimersByTimeAsync(0)
  for (const free of release.splice(0)) free()
  await queued
  expect(calls).toHaveLength(3)
})

test('maxCallsPerSecond spaces calls out', async () => {
  const { bridge, calls } = rig({ tools: { go: async () => 1 } })
  const slow = spec('one', { maxCallsPerSecond: 2 })
  const all = Array.from({ length: 5 }, () =>
    bridge.callOn(slow, { tool: toolName('go'), args: {} }),
  )
  await vi.advanceTimersByTimeAsync(10)
  expect(calls).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(4)
  await vi.advanceTimersByTimeAsync(1000)
  await Promise.all(all)
  expect(calls).toHaveLength(5)
})

test('read-only results are kept until they are old, or another tool may have changed them', async () => {
  let value = 0
  const made = rig({
    tools: { read: async () => (value += 1), write: async () => 1 },
    annotations: { read: { readOnlyHint: true } },
    limits: { cacheTtlMs: 1000 },
  })
  const { bridge } = made
  const read = async (): Promise<unknown> => (await bridge.call(call('read'))).content[0]
  expect([await read(), await read()]).toMatchObject([{ text: '1' }, { text: '1' }])
  await bridge.call(call('write'))
  expect(await read()).toMatchObject({ text: '2' })
  made.clock += 1001
  expect(await read()).toMatchObject({ text: '3' })
  expect((await bridge.call(call('read'), { fresh: true })).content[0]).toMatchObject({ text: '4' })
  expect(await bridge.cache.info()).toEqual({ entries: 1, hits: 1, misses: 3 })
})

test('a crash forgets what was read; other tools and errors are never kept', async () => {
  let value = 0
  const { bridge, crash, calls } = rig({
    tools: { read: async () => (value += 1), go: async () => 1 },
    annotations: { read: { readOnlyHint: true } },
  })
  await bridge.call(call('read'))
  crash()
  await vi.advanceTimersByTimeAsync(0)
  await bridge.call(call('read'))
  await bridge.call(call('go'))
  await bridge.call(call('go'))
  expect(calls).toEqual(['read', 'read', 'go', 'go'])
})

test('the pool holds its bound: the longest unused gives way, and where all are at work the call is refused', async () => {
  const { bridge, connects } = rig({
    tools: { go: async () => 1, hold: () => new Promise(() => undefined) },
    limits: { connections: 2 },
  })
  const at = (name: string, tool: string) =>
    bridge.callOn(spec(name), { tool: toolName(tool), args: {} })
  await at('a', 'go')
  await at('b', 'go')
  await at('c', 'go')
  expect(bridge.connections().map(({ server }) => server)).toEqual(['b', 'c'])
  void at('b', 'hold')
  void at('c', 'hold')
  await vi.advanceTimersByTimeAsync(0)
  await expect(at('d', 'go')).rejects.toMatchObject({ code: 'SERVER_LIMIT' })
  expect(connects).toEqual(['a', 'b', 'c'])
})

test('a server that is being connected to is at work, too', async () => {
  const { bridge, connects } = rig({
    tools: { go: async () => 1 },
    connect: () => new Promise(() => undefined),
    limits: { connections: 2 },
  })
  const at = (name: string) => bridge.callOn(spec(name), { tool: toolName('go'), args: {} })
  void at('a')
  void at('b')
  await vi.advanceTimersByTimeAsync(0)
  await expect(at('c')).rejects.toMatchObject({ code: 'SERVER_LIMIT' })
  expect(connects).toEqual(['a', 'b'])
})

test('a catalog read while the tools changed is not what later calls are checked against', async () => {
  const tools = { read: async (): Promise<number> => 1 }
  const closed = new Promise<never>(() => undefined)
  const listeners: (() => void)[] = []
  const reads: (() => void)[] = []
  const { bridge } = rig({
    tools,
    deps: {
      connect: async () => ({
        ...fakeConnection({ tools, calls: [], closed }),
        onToolsChanged: listener => (listeners.push(listener), () => undefined),
      }),
      async introspect(_spec, { handshake }) {
        const digest = String(reads.length + 1)
        const listed = [{ ...toolOf('read', undefined), digest }]
        await new Promise<void>(resolve => reads.push(resolve))
        const server = { id: serverId('one'), ...handshake }
        return { server, tools: listed, skipped: [], digest: '' }
      },
    },
  })
  const digest = async (): Promise<string> => (await bridge.toolOf(spec(), toolName('read'))).digest
  const early = digest()
  await setImmediate()
  for (const listener of listeners) listener()
  reads[0]?.()
  expect(await early).toBe('1')
  const later = digest()
  await setImmediate()
  reads[1]?.()
  expect(await later).toBe('2')
})
