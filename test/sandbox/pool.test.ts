import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createHost } from './host.ts'
import { type Engine, openQuickJsEngine, profiles } from './sandbox-door.ts'

const silent = () => new Promise<string>(() => {})

describe('the pool', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openQuickJsEngine({ workers: 2 })
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
  })
  const run = (source: string, limits: Partial<typeof profiles.strict> = {}) =>
    engine.run(source, { limits: { ...profiles.strict, ...limits }, host: createHost() })

  test('runs beyond its size wait, and all are right', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => run(`await callTool('s', 'echo', {}); return ${i}`)),
    )
    expect(outcomes.map(outcome => outcome.status === 'completed' && outcome.value)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    )
    expect(engine.snapshot().workers).toMatchObject({ size: 2, busy: 0, waiting: 0 })
  })

  test('a worker whose memory grew is replaced, and the count says so', async () => {
    const before = engine.snapshot().workers.retired
    await run(
      'const a = []; for (let i = 0; i < 60; i++) a.push(new Uint8Array(1e6)); return a.length',
    )
    expect(engine.snapshot().workers.retired).toBe(before + 1)
    expect(await run('return 1 + 1')).toMatchObject({ value: 2 })
  })

  test('a native loop that fuel does not reach in time is ended by the clock, and told', async () => {
    const outcome = await run(
      'const a = new Array(3e5).fill(0).map((_, i) => String(i)); for (;;) a.sort()',
      { wallMs: 200 },
    )
    expect(outcome).toMatchObject({ status: 'stopped', limit: 'time' })
  })

  test('a program that was prepared is not prepared again', async () => {
    const source = 'const cached: number = 41; return cached + 1'
    const first = await run(source)
    const second = await run(source)
    expect([first.usage.cacheHit, second.usage.cacheHit]).toEqual([false, true])
    expect(second).toMatchObject({ status: 'completed', value: 42 })
    expect(engine.snapshot().cache.keys[0]).toMatch(/^program_[0-9a-f]{64}$/)
  })

  test('what a host never answers is cancelled with the run', async () => {
    let aborted = false
    const host = (_operation: string, _payload: string, { signal }: { signal: AbortSignal }) =>
      new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true
          reject(new Error('aborted'))
        })
      })
    // Time enough to make the call on the busiest machine.
    const limits = { ...profiles.strict, wallMs: 2000 }
    const outcome = await engine.run("await callTool('s', 't', {})", { limits, host })
    expect(outcome).toMatchObject({ status: 'stopped', limit: 'time' })
    expect(aborted).toBe(true)
    expect(outcome.hostCalls.map(({ operation, target, ok }) => [operation, target, ok])).toEqual([
      ['callTool', 's.t', false],
    ])
  })

  test('state that a host never answers does not hold the worker', async () => {
    const host = silent
    const limits = { ...profiles.strict, wallMs: 100 }
    const outcome = await engine.run("getState('a')", { limits, host })
    expect(outcome).toMatchObject({ status: 'stopped', limit: 'time' })
    expect(await run('return 1 + 1')).toMatchObject({ value: 2 })
  })

  test('a closed engine says so', async () => {
    const closed = await openQuickJsEngine({ workers: 1 })
    await closed[Symbol.asyncDispose]()
    await expect(
      closed.run('return 1', { limits: profiles.strict, host: createHost() }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
