import { afterAll, beforeAll, expect, test } from 'vitest'

import { createHost } from '../contract.ts'
import { ExecutionError, openWasmEngine, type Outcome, type WasmEngine } from '../sandbox-door.ts'
import { wat } from '../wat.ts'
import { hostileLimits } from './harness.ts'
import { modules } from './modules.ts'

let engine: WasmEngine
beforeAll(() => {
  engine = openWasmEngine({ workers: 2 })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
})

const limits = { ...hostileLimits, fuel: 2e8 }

async function end(bytes: Uint8Array): Promise<Outcome | { status: 'refused' }> {
  try {
    return await engine.run(bytes, { limits, host: createHost() })
  } catch (error) {
    if (ExecutionError.is(error, 'WASM_INVALID') || ExecutionError.is(error, 'INVALID_ARGUMENT')) {
      return { status: 'refused' }
    }
    throw error
  }
}

test.each(modules)('hostile module: $name', async ({ bytes, expect: status, limit, value }) => {
  const ended = await end(bytes())
  expect(ended).toMatchObject({
    status,
    ...(limit && { limit }),
    ...(value !== undefined && { value }),
  })
  const next = wat('(module (func (export "run") (result i32) (i32.const 2)))')
  expect(await end(next)).toMatchObject({ status: 'completed', value: 2 })
})

test.each(modules.filter(({ limit }) => limit === 'fuel').slice(0, 12))(
  '$name stops at the same count, ten times',
  async ({ bytes }) => {
    const started = engine.snapshot().workers
    const counts = new Set<number>()
    for (let time = 0; time < 10; time += 1) {
      const outcome = await engine.run(bytes(), {
        limits: { ...limits, fuel: 1e6 },
        host: createHost(),
      })
      expect(outcome).toMatchObject({ status: 'stopped', limit: 'fuel' })
      counts.add(outcome.usage.fuel)
    }
    expect(counts.size).toBe(1)
    expect(engine.snapshot().workers.killed).toBe(started.killed)
  },
)
