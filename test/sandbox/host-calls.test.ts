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
