import { afterAll, beforeAll, expect, test } from 'vitest'

import { createHost } from '../host.ts'
import { ExecutionError, openWasmEngine, type Outcome, type WasmEngine } from '../sandbox-door.ts'
import { wat } from '../wat.ts'
import { expectIdleHost } from './harness.ts'
import { hostileLimits, residentBytes, watchLag } from './measure.ts'
import { modules } from './modules.ts'

const next = wat('(module (func (export "run") (result i32) (i32.const 2)))')
let engine: WasmEngine
let before = 0
beforeAll(async () => {
  engine = openWasmEngine({ workers: 2 })
  await Promise.all([end(next), end(next)])
  before = residentBytes()
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
  const { result: ended, ...host } = await watchLag(() => end(bytes()))
  expect(ended).toMatchObject({
    status,
    ...(limit && { limit }),
    ...(value !== undefined && { value }),
  })
  expectIdleHost(host)
  expect(await end(next)).toMatchObject({ status: 'completed', value: 2 })
  expect(residentBytes()).toBeLessThan(before + 2 * 2 * limits.memoryBytes)
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

test('once the engine is closed, the host has its memory back', async () => {
  await engine[Symbol.asyncDispose]()
  expect(residentBytes()).toBeLessThan(before + limits.memoryBytes)
})
