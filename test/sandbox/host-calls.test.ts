/** How calls of a program travel: what it spends does not depend on chance, and nothing waits that need not. */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { type Engine, openQuickJsEngine, profiles, type RunOptions } from './sandbox-door.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openQuickJsEngine({ workers: 1 })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
})

/** Answers in the order of the calls, each so many turns of the event loop after the one before. */
function answersAfter(turns: (call: number) => number): RunOptions['host'] {
  let calls = 0
  let before = Promise.resolve()
  return async (_operation, payload) => {
    const wait = turns(calls)
    calls += 1
    before = before.then(async () => await turnsPass(wait))
    await before
    return payload
  }
}

async function turnsPass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise(resolve => {
      setImmediate(resolve)
    })
  }
}

const together = `const all = await Promise.all(Array.from({ length: 70 }, async (_, n) => {
  const { params } = await callTool('s', 'echo', { n })
  return (await callTool('s', 'again', params)).params.n
}))
all.length`
const inTurn = "for (let n = 0; n < 20; n++) await callTool('s', 'echo', { n })"

test.each([
  { program: together, what: 'calls at once, more than may be in flight' },
  { program: inTurn, what: 'calls in turn' },
])('$what spend the same fuel, however their answers come', async ({ program }) => {
  const spent = new Set<number>()
  const rhythms = [0, 1, 2, 3, 5].flatMap(step => [
    () => step,
    (call: number) => (call * step) % 4,
    (call: number) => (call % 10 === 0 ? step : 0),
  ])
  for (const rhythm of rhythms) {
    const options = { limits: profiles.strict, host: answersAfter(rhythm) }
    const limits = { ...options.limits, hostCalls: 1000 }
    const outcome = await engine.run(program, { ...options, limits })
    expect(outcome.status).toBe('completed')
    spent.add(outcome.usage.fuel)
  }
  expect(spent.size).toBe(1)
})

/** Questions wait a while; calls are answered at once. */
async function slowState(operation: string, payload: string): Promise<string> {
  if (operation !== 'getState') return payload
  await turnsPass(5)
  return '"state"'
}

test('a call begins while the program computes on', async () => {
  const stop = new AbortController()
  const host: RunOptions['host'] = async () => {
    stop.abort()
    return ''
  }
  const limits = { ...profiles.permissive, fuel: 1e12 }
  const options = { limits, host, signal: stop.signal }
  expect(await engine.run("callTool('s', 'echo', {}); for (;;);", options)).toMatchObject({
    status: 'stopped',
    limit: 'cancelled',
  })
})

test('a call made before a question reaches the host before it', async () => {
  const heard: string[] = []
  const host: RunOptions['host'] = async operation => {
    heard.push(operation)
    return ''
  }
  const program = "const wrote = writeFile('a', 'b'); setState('a', 1); getState('a'); await wrote"
  await engine.run(program, { limits: profiles.strict, host })
  expect(heard).toEqual(['writeFile', 'setState', 'getState'])
})

test('answers that come while a question waits are kept for the program', async () => {
  const program = `const calls = [1, 2, 3].map(n => callTool('s', 'echo', { n }))
const state = getState('k')
return [state, ...(await Promise.all(calls)).map(({ params }) => params.n)]`
  expect(await engine.run(program, { limits: profiles.strict, host: slowState })).toMatchObject({
    status: 'completed',
    value: ['state', 1, 2, 3],
  })
})

test.each([
  { bytes: 10, what: 'short calls, sent ahead' },
  { bytes: 5000, what: 'long calls, kept in the program' },
])('$what: never more with the host than may be in flight, all in order', async ({ bytes }) => {
  const heard: number[] = []
  let inFlight = 0
  let peak = 0
  const host: RunOptions['host'] = async (_operation, payload) => {
    inFlight += 1
    peak = Math.max(peak, inFlight)
    heard.push(JSON.parse(payload).params.n)
    await turnsPass(heard.length % 3)
    inFlight -= 1
    return '1'
  }
  const limits = { ...profiles.strict, inFlight: 3 }
  const program = `const text = 'x'.repeat(${bytes})
await Promise.all(Array.from({ length: 40 }, (_, n) => callTool('s', 't', { n, text })))`
  expect(await engine.run(program, { limits, host })).toMatchObject({ status: 'completed' })
  expect(peak).toBe(3)
  expect(heard).toEqual(Array.from({ length: 40 }, (_, n) => n))
})

test('a call that waits in the line when the program ends never reaches the host', async () => {
  const heard: string[] = []
  const host: RunOptions['host'] = async (_operation, payload, { signal }) => {
    heard.push(payload)
    return await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'))
      })
    })
  }
  const program = "for (let n = 0; n < 5; n++) callTool('s', 't', {}); return 1"
  const limits = { ...profiles.strict, inFlight: 2 }
  const outcome = await engine.run(program, { limits, host })
  expect(outcome).toMatchObject({ status: 'completed', value: 1, usage: { hostCalls: 5 } })
  await turnsPass(3)
  expect(heard.length).toBe(2)
  expect(outcome.hostCalls.map(({ ok }) => ok)).toEqual([false, false])
})

test('a host that throws what cannot be read fails its call, not the run', async () => {
  const unreadable = {
    get message() {
      throw new Error('no')
    },
  }
  const outcome = await engine.run(
    "try { await callTool('s', 't', {}) } catch (error) { return error.message }",
    {
      limits: profiles.strict,
      host: async () => await Promise.reject(unreadable),
    },
  )
  expect(outcome).toMatchObject({
    status: 'completed',
    value: 'The host function failed, and its error cannot be read',
  })
})
