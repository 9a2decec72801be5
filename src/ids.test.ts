import { expect, test } from 'vitest'

import {
  cacheKey,
  defaultMemoryLimit,
  formatMemoryLimit,
  mebibyte,
  memoryLimit,
  newSessionId,
  serverId,
  sessionId,
  skillDescription,
  skillName,
  toolName,
  toServerId,
} from './ids.ts'

const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })

test.each(['a', '0', 'git-hub_2', 'a'.repeat(64)])('%s is a server id', text => {
  expect(serverId(text)).toBe(text)
})

test.each(['', '.', '..', '-a', '_a', 'A', 'a/b', 'a b', 'é', 'a'.repeat(65)])(
  '%j is no server id',
  text => {
    expect(() => serverId(text)).toThrow(refused)
  },
)

test.each([
  { name: 'GitHub', id: 'github' },
  { name: 'My Server!', id: 'my-server' },
  { name: 'Zürich', id: 'zu-rich' },
  { name: '../../etc', id: 'etc' },
  { name: 'x'.repeat(80), id: 'x'.repeat(64) },
  { name: '日本', id: undefined },
])('$name becomes the id $id', ({ name, id }) => {
  expect(toServerId(name)).toBe(id)
})

test('a tool name has 1 to 256 bytes of UTF-8, kept byte for byte', () => {
  for (const name of ['a', ' ', '../x', '__proto__', 'é'.repeat(128), 'x'.repeat(256)]) {
    expect(toolName(name)).toBe(name)
  }
  for (const name of ['', 'é'.repeat(129), 'x'.repeat(257)]) {
    expect(() => toolName(name)).toThrow(refused)
  }
})

test('a session id is session_ and a version 4 UUID', () => {
  const id = newSessionId()
  expect(sessionId(id)).toBe(id)
  expect(() => sessionId('session_00000000-0000-1000-8000-000000000000')).toThrow(refused)
})

test('a memory limit is 1 MiB to 512 MiB, 256MB by default', () => {
  expect(formatMemoryLimit(defaultMemoryLimit)).toBe('256MB')
  expect(memoryLimit(mebibyte)).toBe(mebibyte)
  expect(memoryLimit(512 * mebibyte)).toBe(512 * mebibyte)
  for (const bytes of [mebibyte - 1, 512 * mebibyte + 1, mebibyte + 0.5, Number.NaN]) {
    expect(() => memoryLimit(bytes)).toThrow(refused)
  }
})

test('a cache key does not depend on the order of keys, and tells server from tool', async () => {
  const [a, b] = [serverId('a'), serverId('ab')]
  const key = await cacheKey(a, toolName('t'), { x: 1, y: { z: 2, w: [3] } })
  expect(key).toBe(await cacheKey(a, toolName('t'), { y: { w: [3], z: 2 }, x: 1 }))
  expect(key).toMatch(/^cache_[0-9a-f]{64}$/)
  expect(await cacheKey(a, toolName('bt'), {})).not.toBe(await cacheKey(b, toolName('t'), {}))
  expect(await cacheKey(a, toolName('t'), JSON.parse('{"__proto__":1}'))).not.toBe(
    await cacheKey(a, toolName('t'), {}),
  )
})

test.each(['a', 'a-b-2', 'x'.repeat(64)])('%s is a skill name', text => {
  expect(skillName(text)).toBe(text)
})

test.each(['', '-a', 'a-', 'a--b', 'A', 'a_b', 'x'.repeat(65), 'claude-tools', 'my-anthropic'])(
  '%j is no skill name',
  text => {
    expect(() => skillName(text)).toThrow(refused)
  },
)

test('a skill description has 1 to 1024 code points, no markup and no template', () => {
  expect(skillDescription('😀'.repeat(1024))).toBe('😀'.repeat(1024))
  for (const text of ['', 'x'.repeat(1025), 'a <b>', '{{x}}', '${x}', '{% x %}']) {
    expect(() => skillDescription(text)).toThrow(refused)
  }
})
