/** What a server lists reaches the catalog whole or not at all: bounded, bad tools left out by name, good ones kept. */
import { describe, expect, test } from 'vitest'

import { type Catalog, introspect } from '../../src/catalog/index.ts'
import type { ClientLimits } from '../../src/client/index.ts'
import { serverId } from '../../src/ids.ts'
import { codeOf, failureOf, open } from './open.ts'

async function catalogOf(command: string, limits: Partial<ClientLimits> = {}): Promise<Catalog> {
  await using connection = await open(command, { limits })
  return await introspect(connection, { id: serverId('under-test') })
}

function names({ tools }: Catalog): readonly string[] {
  return tools.map(({ name }) => name)
}

describe('a listing', () => {
  test('comes sorted, with the server as its handshake gave it', async () => {
    const catalog = await catalogOf('listing good')
    expect(names(catalog)).toEqual(['ok', 'second'])
    expect(catalog.server).toEqual({
      id: 'under-test',
      name: 'listing',
      version: '1.2.3',
      protocolVersion: '2025-11-25',
      capabilities: { tools: { listChanged: true } },
    })
  })

  test('is read to its last page', async () => {
    expect((await catalogOf('listing paged 950')).tools).toHaveLength(950)
  })

  test('has the same digest in whatever order the server gives it', async () => {
    const [first, second] = [
      await catalogOf('listing shuffled'),
      await catalogOf('listing shuffled'),
    ]
    expect(second).toEqual(first)
  })

  test('ends at a null cursor', async () => {
    expect(names(await catalogOf('listing null-cursor'))).toEqual(['ok'])
  })
})

describe('a listing without end', () => {
  test.each([
    ['endless-cursor', 'PAGINATION_ENDLESS'],
    ['endless-tools', 'PAGINATION_ENDLESS'],
    ['repeating-cursor', 'PAGINATION_ENDLESS'],
    ['number-cursor', 'PAGINATION_ENDLESS'],
  ] as const)('%s → %s', async (mode, code) => {
    expect(await codeOf(catalogOf(`listing ${mode}`))).toBe(code)
  })

  test('stops when its time is over, however many pages came', async () => {
    expect(await codeOf(catalogOf('listing slow-pages', { discoverMs: 500 }))).toBe(
      'DISCOVER_TIMEOUT',
    )
    expect(await codeOf(catalogOf('listing never-lists', { discoverMs: 200 }))).toBe(
      'DISCOVER_TIMEOUT',
    )
  })

  test('stops at the number of pages asked for', async () => {
    const twoPages = { maxPages: 2, maxTools: 10_000 }
    expect((await catalogOf('listing paged 200', twoPages)).tools).toHaveLength(200)
    expect(await codeOf(catalogOf('listing paged 201', twoPages))).toBe('PAGINATION_ENDLESS')
  })
})

describe('the number of tools', () => {
  test('may be 1000, not 1001', async () => {
    expect((await catalogOf('listing many 1000')).tools).toHaveLength(1000)
    const failure = await failureOf(catalogOf('listing many 1001'))
    expect(failure.code).toBe('TOOL_LIMIT')
    expect(failure.message).toBe(
      'Cannot list the tools of server "under test": it has more than 1000 tools; raise the limit (--max-tools) if that is meant',
    )
  })

  test('may be raised to 10,000', async () => {
    const raised = { maxTools: 10_000 }
    expect((await catalogOf('listing many 10000', raised)).tools).toHaveLength(10_000)
    expect(await codeOf(catalogOf('listing many 10001', raised))).toBe('TOOL_LIMIT')
    expect(await codeOf(catalogOf('listing good', { maxTools: 10_001 }))).toBe('INVALID_ARGUMENT')
  })

  test('of 100,000 is refused in bounded time', async () => {
    expect(await codeOf(catalogOf('listing many 100000'))).toBe('TOOL_LIMIT')
  })
})

describe('a bad tool', () => {
  test('is left out with a reason, and the others stay', async () => {
    const { skipped, ...catalog } = await catalogOf('listing bad-tools')
    expect(names({ skipped, ...catalog })).toEqual(['ok'])
    expect(skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      ': it is no object',
      ': it is no object',
      ': it is no object',
      ': it is no object',
      ': it has no name',
      ': it has no name',
      'schema-is-text: its inputSchema is no JSON Schema',
      'schema-is-list: its inputSchema is no JSON Schema',
      'output-is-text: its outputSchema is no JSON Schema',
    ])
  })

  test('with a name that came before is left out', async () => {
    const { tools, skipped } = await catalogOf('listing duplicates')
    expect(tools.map(({ name, description }) => [name, description])).toEqual([
      ['ok', 'The tool ok'],
      ['twin', 'the first'],
    ])
    expect(skipped).toEqual([{ name: 'twin', reason: 'its name occurs twice' }])
  })

  test('is one with an empty name or one over 256 bytes; every other name is kept byte for byte', async () => {
    const { tools, skipped } = await catalogOf('listing odd-names')
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'its name is empty',
      'its name has 257 bytes, more than 256',
    ])
    expect(tools).toHaveLength(38)
    for (const name of [
      '../../x',
      '__proto__',
      'constructor',
      '\u202Eevil',
      'new\nline',
      'index',
    ]) {
      expect(tools.map(tool => tool.name)).toContain(name)
    }
  })

  test('is one whose schema is over 256 KiB, unless the limit is raised', async () => {
    const { tools, skipped } = await catalogOf('listing big-schema 300000')
    expect(tools.map(({ name }) => name)).toEqual(['ok'])
    expect(skipped).toEqual([
      { name: 'big', reason: 'its inputSchema has 293 KiB, more than 256 KiB' },
    ])
    await using connection = await open('listing big-schema 300000')
    const raised = { id: serverId('under-test'), maxSchemaBytes: 512 * 1024 }
    expect(names(await introspect(connection, raised))).toEqual(['big', 'ok'])
  })
})

describe('a schema', () => {
  test('of exactly 256 KiB is kept', async () => {
    // {"type":"object","description":"…"} is 34 bytes of frame.
    const { tools } = await catalogOf(`listing big-schema ${256 * 1024 - 34}`)
    expect(tools.map(({ name }) => name)).toEqual(['big', 'ok'])
    const { skipped } = await catalogOf(`listing big-schema ${256 * 1024 - 33}`)
    expect(skipped.map(({ name }) => name)).toEqual(['big'])
  })

  test.each(['deep-schema', 'deeper-schema'])('%s overflows nothing', async mode => {
    const { tools, skipped } = await catalogOf(`listing ${mode}`)
    expect([...tools, ...skipped].map(({ name }) => name)).toContain('deep')
    expect(tools.map(({ name }) => name)).toContain('ok')
    expect(() => JSON.stringify(tools)).not.toThrow()
  })

  test('is cut where it nests beyond 256 levels', async () => {
    const { tools } = await catalogOf('listing nested-schema 1000')
    expect(tools.map(({ name }) => name)).toEqual(['nested', 'ok'])
    const text = JSON.stringify(tools[0]?.inputSchema)
    expect(text.split('"properties"')).toHaveLength(129)
  })

  test('with cycles is passed on as it is, and nothing it points at is read', async () => {
    const { tools, skipped } = await catalogOf('listing cyclic-ref')
    expect(skipped).toEqual([])
    expect(tools.map(({ name }) => name)).toEqual(['abroad', 'mutual', 'ok', 'self'])
  })

  test('keeps a property named __proto__', async () => {
    const { tools } = await catalogOf('listing breakers')
    const { inputSchema } = tools[0] ?? {}
    expect(JSON.stringify(inputSchema)).toContain('"__proto__":{"type":"number"')
  })
})

test('a description is kept to 64 KiB, whole characters, and says that it was cut', async () => {
  const { tools } = await catalogOf('listing big-description')
  const description = tools.find(({ name }) => name === 'big')?.description ?? ''
  expect(description.endsWith('é… [cut at 64 KiB of 1 MiB]')).toBe(true)
  expect(description.split('… [cut')[0]).toHaveLength(32 * 1024)
})

test('what the server says of a tool beyond our own types is kept on the wire and in the catalog', async () => {
  await using connection = await open('listing unknown-keys')
  expect((await connection.listTools())[0]).toMatchObject({ 'x-vendor': { deep: [1] } })
  const { tools } = await introspect(connection, { id: serverId('under-test') })
  expect(tools[0]).toMatchObject({ meta: { a: 1 }, icons: [{ src: 'i.png' }] })
})

test('a server that crashes in the middle of its list is named with its last words', async () => {
  const failure = await failureOf(catalogOf('listing crash-mid-list'))
  expect(failure.code).toBe('SERVER_CLOSED')
  expect(failure.message).toBe(
    'Cannot list the tools of server "under test": it exited with code 7; its last words on stderr: fatal: list index out of range',
  )
})

test('a server that answers with an error or without a list is a protocol failure', async () => {
  expect(await codeOf(catalogOf('listing list-error'))).toBe('SERVER_PROTOCOL')
  expect(await codeOf(catalogOf('listing no-list'))).toBe('SERVER_PROTOCOL')
})

test('only the tools a server may offer are taken', async () => {
  await using connection = await open('listing many 5')
  const id = serverId('under-test')
  const allowed = await introspect(connection, { id, allowedTools: ['tool_1', 'tool_3', 'gone'] })
  expect(names(allowed)).toEqual(['tool_1', 'tool_3'])
  const blocked = await introspect(connection, { id, blockedTools: ['tool_1', 'tool_3'] })
  expect(names(blocked)).toEqual(['tool_0', 'tool_2', 'tool_4'])
})
