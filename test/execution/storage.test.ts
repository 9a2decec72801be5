/** One contract for what a session keeps, in memory and on disk. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import {
  clearOldSessions,
  diskSession,
  memorySession,
  type SessionStore,
} from '../../src/execution/index.ts'
import { fileQuota, stateLimits } from '../../src/execution/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sessions-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const code = (expected: string): unknown => expect.objectContaining({ code: expected })

describe.each(['memory', 'disk'])('a %s session', kind => {
  let store: SessionStore
  beforeEach(() => {
    store = kind === 'memory' ? memorySession() : diskSession(folder)
  })

  test('keeps state by key until it is removed', async () => {
    const { state } = store
    expect(await state.get('a')).toBe(undefined)
    await state.set('b', { deep: [1, null, 'x'] })
    await state.set('a', 1)
    await state.set('__proto__', { polluted: true })
    expect(await state.get('b')).toEqual({ deep: [1, null, 'x'] })
    expect(await state.get('__proto__')).toEqual({ polluted: true })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(await state.list()).toEqual(['__proto__', 'a', 'b'])
    expect([await state.count(), await state.contains('a')]).toEqual([3, true])
    expect([await state.remove('a'), await state.remove('a'), await state.contains('a')]).toEqual([
      true,
      false,
      false,
    ])
    await state.clear()
    expect([await state.count(), await state.list()]).toEqual([0, []])
  })

  test('holds a value and a key of exactly the limit, and none beyond', async () => {
    const { state } = store
    const key = 'k'.repeat(stateLimits.keyBytes)
    const value = 'x'.repeat(stateLimits.valueBytes - 2)
    await state.set(key, value)
    expect(await state.get(key)).toBe(value)
    await expect(state.set('k', `${value}x`)).rejects.toEqual(code('STATE_QUOTA'))
    await expect(state.set(`${key}k`, 1)).rejects.toEqual(code('INVALID_ARGUMENT'))
    await expect(state.set('', 1)).rejects.toEqual(code('INVALID_ARGUMENT'))
  })

  test('holds as many bytes of state as the limit, and keeps the old state when one more is refused', async () => {
    const { state } = store
    for (let index = 0; index < 7; index++) {
      await state.set(`k${index}`, 'x'.repeat(stateLimits.valueBytes - 2))
    }
    const used = 7 * (stateLimits.valueBytes + '"k0":,'.length) + 2
    const room = stateLimits.totalBytes - used - '"last":""'.length
    await expect(state.set('last', 'x'.repeat(room + 1))).rejects.toEqual(code('STATE_QUOTA'))
    expect(await state.count()).toBe(7)
    await state.set('last', 'x'.repeat(room))
    expect(await state.count()).toBe(8)
  })

  test('keeps files by path, bytes as they were', async () => {
    const { files } = store
    const bytes = Buffer.from([0, 255, 1, 128])
    await files.write('notes/a.txt', Buffer.from('hello'))
    await files.write('/b', bytes)
    expect((await files.read('/notes/a.txt'))?.toString()).toBe('hello')
    expect((await files.read('/notes/./a.txt'))?.toString()).toBe('hello')
    expect(await files.read('/b')).toEqual(bytes)
    expect(await files.read('/c')).toBe(undefined)
    expect(await files.list()).toEqual([
      { path: '/b', bytes: 4 },
      { path: '/notes/a.txt', bytes: 5 },
    ])
  })

  test.each([
    '../x',
    '/a/../b',
    '/a\0b',
    'a\\b',
    '/',
    '',
    '/folder/',
    'half \uD800',
    `/${'x'.repeat(1024)}`,
    '/mcp-tools/servers/x/y.ts',
    'mcp-tools/x',
    '//mcp-tools/x',
    '/./mcp-tools/x',
  ])('refuses to write %j', async path => {
    await expect(store.files.write(path, Buffer.from('x'))).rejects.toEqual(code('PATH_REFUSED'))
  })

  test('keeps big results whole, and answers with what there is when asked for another', async () => {
    const { results } = store
    expect([await results.keep('[1]'), await results.keep('"two"')]).toEqual(['r1', 'r2'])
    expect(await results.get('r2')).toBe('"two"')
    await expect(results.get('r3')).rejects.toThrow('Cannot open the result "r3": it keeps r1, r2')
    await expect(results.get('../r1')).rejects.toEqual(code('NOT_FOUND'))
  })

  test('drops the oldest results when there are too many', async () => {
    const { results } = store
    for (let index = 0; index < 101; index++) await results.keep(String(index))
    const kept = await results.list()
    expect([kept.length, kept[0]?.handle, kept.at(-1)?.handle]).toEqual([100, 'r2', 'r101'])
    await expect(results.get('r1')).rejects.toEqual(code('NOT_FOUND'))
  })

  test('loses no write of many at once', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => await store.state.set(`k${index}`, index)),
    )
    expect(await store.state.count()).toBe(40)
  })
})

test('a session holds exactly its quota of files and bytes', async () => {
  const { files } = memorySession()
  await files.write('/big', Buffer.alloc(fileQuota.bytes - 999))
  for (let index = 0; index < 999; index++) await files.write(`/f${index}`, Buffer.from('x'))
  await expect(files.write('/one-more', Buffer.alloc(0))).rejects.toThrow(
    'Cannot write "/one-more": the session would have 1001 files of at most 1000',
  )
  await expect(files.write('/f0', Buffer.from('xx'))).rejects.toThrow(
    `Cannot write "/f0": the session's files would have 64 MiB of at most 64 MiB`,
  )
  expect((await files.read('/f0'))?.toString()).toBe('x')
})

test('sessions do not see each other', async () => {
  const [one, two] = [diskSession(folder), diskSession(folder)]
  await one.state.set('k', 1)
  await one.files.write('/f', Buffer.from('x'))
  expect([await two.state.get('k'), await two.files.read('/f')]).toEqual([undefined, undefined])
})

test('what one process keeps another finds, and writers in many processes lose nothing', async () => {
  const script = `
    import { diskSession } from '${new URL('../../src/execution/session-store.ts', import.meta.url).pathname}'
    const { state } = diskSession(process.argv[1], 'shared')
    for (let index = 0; index < 20; index++) await state.set(process.argv[2] + index, index)
  `
  const codes = await Promise.all(
    ['a', 'b', 'c'].map(async name => {
      const args = ['--import', 'tsx', '--input-type=module', '-e', script, folder, name]
      const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: import.meta.dirname })
      const [exit] = await once(child, 'exit')
      return exit
    }),
  )
  expect(codes).toEqual([0, 0, 0])
  const { state } = diskSession(folder, 'shared')
  expect(await state.count()).toBe(60)
  expect(await state.get('b7')).toBe(7)
})

test.each(['../x', '', '.', 'a/b', 'a'.repeat(65), '-a'])('%j is no session', id => {
  expect(() => diskSession(folder, id)).toThrow('Cannot use the session')
})

test('sessions unused for a month are cleared away, others stay', async () => {
  const base = await mkdtemp(join(folder, 'base-'))
  const now = Date.now()
  for (const id of ['old', 'new']) await diskSession(base, id).state.set('k', 1)
  const longAgo = new Date(now - 31 * 24 * 60 * 60 * 1000)
  await utimes(join(base, 'old'), longAgo, longAgo)
  await clearOldSessions(base, now)
  expect(await readdir(base)).toEqual(['new'])
})
