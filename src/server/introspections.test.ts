import { expect, test } from 'vitest'

import type { Catalog } from '../catalog/index.ts'
import type { ServerEntry } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { serverId } from '../ids.ts'
import { Introspections, introspectionTtlMs } from './introspections.ts'

const catalog: Catalog = {
  server: {
    id: serverId('s'),
    name: 's',
    version: '1',
    protocolVersion: '2025-11-25',
    capabilities: {},
  },
  tools: [],
  skipped: [],
  digest: '',
}
const entry: ServerEntry = {
  id: serverId('s'),
  name: 's',
  origin: { client: 'flags', scope: 'flags' },
  state: { status: 'invalid', code: 'CONFIG_INVALID', reason: 'not used here' },
}
const bytes = Buffer.byteLength(JSON.stringify(catalog))

function codeOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return ExecutionError.is(error) ? error.code : error
  }
}

test('a session lives up to its thirty minutes and not a millisecond longer', () => {
  let now = 0
  const sessions = new Introspections({ now: () => now })
  const { id, expiresAt } = sessions.add({ catalog, entry })
  expect(expiresAt).toBe(30 * 60_000)
  now = introspectionTtlMs - 1
  expect(sessions.get(id).catalog).toBe(catalog)
  now = introspectionTtlMs
  expect(codeOf(() => sessions.get(id))).toBe('NOT_FOUND')
})

test('the 1000th session fits, the 1001st is refused, and fits again once one has expired', () => {
  let now = 0
  const sessions = new Introspections({ now: () => now })
  sessions.add({ catalog, entry })
  now = 1
  for (let open = 1; open < 1000; open++) sessions.add({ catalog, entry })
  expect(codeOf(() => sessions.add({ catalog, entry }))).toBe('SERVER_LIMIT')
  now = introspectionTtlMs
  expect(sessions.add({ catalog, entry }).expiresAt).toBe(2 * introspectionTtlMs)
})

test('the byte budget is met exactly, refused one session later, and given back on save', () => {
  const sessions = new Introspections({ now: () => 0, maxBytes: 2 * bytes })
  const first = sessions.add({ catalog, entry })
  sessions.add({ catalog, entry })
  expect(codeOf(() => sessions.add({ catalog, entry }))).toBe('SERVER_LIMIT')
  sessions.delete(first.id)
  expect(codeOf(() => sessions.get(first.id))).toBe('NOT_FOUND')
  sessions.add({ catalog, entry })
})

test('what is no session id is bad input', () => {
  const sessions = new Introspections({ now: () => 0 })
  expect(codeOf(() => sessions.get('session_1'))).toBe('INVALID_ARGUMENT')
})
