/** Where a program runs out of memory is chance; that it is told so is not, wherever the engine was just then. */
import { afterAll, beforeAll, expect, test } from 'vitest'

import { createHost } from './host.ts'
import { type Engine, openQuickJsEngine, profiles } from './sandbox-door.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openQuickJsEngine({ workers: 2 })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
})

const kibibyte = 1024
const sizes = Array.from(
  { length: 30 },
  (_, step) => 4096 * kibibyte + step * (192 * kibibyte + 16),
)

test.each([
  'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })',
  "const a = []; for (let i = 0; ; i++) a.push('x' + i)",
  'const a = []; for (;;) a.push(class { m() {} })',
  "const a = []; for (;;) a.push(new Error('x'))",
  "const o = {}; for (let i = 0; ; i++) o['k' + i] = { i }",
])('%s ends by its memory, whatever the limit', async source => {
  const endings = new Set<string>()
  for (const memoryBytes of sizes) {
    const limits = { ...profiles.strict, memoryBytes }
    // oxlint-disable-next-line no-await-in-loop -- one after the other, in few workers
    const outcome = await engine.run(source, { limits, host: createHost() })
    endings.add(outcome.status === 'stopped' ? outcome.limit : JSON.stringify(outcome))
  }
  expect([...endings]).toEqual(['memory'])
})
