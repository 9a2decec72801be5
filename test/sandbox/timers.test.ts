/** Timers of programs: their order, their number, and what they cost. */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { createHost } from './host.ts'
import { type Engine, openQuickJsEngine, type Outcome, profiles } from './sandbox-door.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openQuickJsEngine({ workers: 1 })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
})

async function run(source: string): Promise<Outcome> {
  return await engine.run(source, { limits: profiles.strict, host: createHost() })
}

test.each([
  {
    why: 'by time, the older first where they are due at once',
    source: `const seen = []
for (const [name, ms] of [['c', 30], ['a', 10], ['d', 30], ['b', 20]]) setTimeout(() => seen.push(name), ms)
await new Promise(done => setTimeout(done, 40))
return seen.join('')`,
    value: 'abcd',
  },
  {
    why: 'not those that were cleared, whichever they were',
    source: `const seen = []
const ids = Array.from({ length: 500 }, (_, n) => setTimeout(() => seen.push(n), 1 + (n * 7) % 50))
for (const id of ids) if (id % 100 !== 0) clearTimeout(id)
await new Promise(done => setTimeout(done, 60))
return seen.length`,
    value: 5,
  },
  {
    why: 'again and again, until it is cleared from within',
    source: `let count = 0
await new Promise(done => {
  const id = setInterval(() => { count += 1; if (count === 3) { clearInterval(id); setTimeout(done, 20) } }, 1)
})
return count`,
    value: 3,
  },
  {
    why: 'with its arguments, and without a delay that makes sense',
    source: `return await new Promise(done => setTimeout(done, Infinity, 'now', 1))`,
    value: 'now',
  },
  {
    why: 'whatever became of the prototypes of objects and lists',
    source: `const fail = () => { throw new Error('used') }
for (const name of ['0', '1', '2', 'due', 'id']) {
  Object.defineProperty(Object.prototype, name, { get: fail, set: fail })
  Object.defineProperty(Array.prototype, name, { get: fail, set: fail })
}
let count = 0
await new Promise(done => { for (let n = 0; n < 3; n++) setTimeout(() => { if (++count === 3) done() }, n) })
return count`,
    value: 3,
  },
])('timers fire $why', async ({ source, value }) => {
  expect(await run(source)).toMatchObject({ status: 'completed', value })
})

test('ten thousand timers wait at once, within the fuel of the strictest profile; one more is refused', async () => {
  const source = `let fired = 0
await new Promise(done => {
  for (let n = 0; n < 10_000; n++) setTimeout(() => { if (++fired === 10_000) done() }, 1 + n % 7)
})
return fired`
  expect(await run(source)).toMatchObject({ status: 'completed', value: 10_000 })
  const more = `for (let n = 0; n < 10_001; n++) setTimeout(() => {}, 1)`
  expect(await run(more)).toMatchObject({
    status: 'failed',
    error: { name: 'RangeError', message: 'Cannot set a timer: 10000 are waiting' },
  })
})

test('setting and clearing timers for ever keeps nothing of them', async () => {
  const source = `for (let n = 0; n < 100_000; n++) clearTimeout(setTimeout(() => {}, 1000))
return 1`
  const { status, usage } = await run(source)
  expect(status).toBe('completed')
  expect(usage.memoryPeakBytes).toBeLessThan(8 << 20)
})
