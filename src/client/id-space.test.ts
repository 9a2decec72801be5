import { expect, test } from 'vitest'

import { idSpace } from './id-space.ts'

const second = idSpace(1)
const call = { jsonrpc: '2.0' as const, id: 0, method: 'tools/call', params: { name: 'a' } }

test('the first client keeps its ids', () => {
  expect(idSpace(0).outgoing(call)).toBe(call)
})

test("the second client's ids are apart, and come back as its own", () => {
  expect(second.outgoing(call)).toEqual({ ...call, id: 1_000_000_000 })
  const answer = { jsonrpc: '2.0' as const, id: 1_000_000_000, result: {} }
  expect(second.incoming(answer)).toEqual({ ...answer, id: 0 })
})

test('progress and cancellation speak of the same ids', () => {
  const params = { name: 'a', _meta: { progressToken: 3, other: 1 } }
  expect(second.outgoing({ ...call, params })).toEqual({
    ...call,
    id: 1_000_000_000,
    params: { name: 'a', _meta: { progressToken: 1_000_000_003, other: 1 } },
  })
  const cancelled = {
    jsonrpc: '2.0' as const,
    method: 'notifications/cancelled',
    params: { requestId: 3 },
  }
  expect(second.outgoing(cancelled)).toEqual({ ...cancelled, params: { requestId: 1_000_000_003 } })
  const progress = {
    jsonrpc: '2.0' as const,
    method: 'notifications/progress',
    params: { progressToken: 1_000_000_003, progress: 1 },
  }
  expect(second.incoming(progress)).toEqual({
    ...progress,
    params: { progressToken: 3, progress: 1 },
  })
})

test("a server's own request and our answer to it pass unchanged", () => {
  const asked = { jsonrpc: '2.0' as const, id: 'x', method: 'ping' }
  expect(second.incoming(asked)).toEqual(asked)
  const answer = { jsonrpc: '2.0' as const, id: 5, result: {} }
  expect(second.outgoing(answer)).toEqual(answer)
})
