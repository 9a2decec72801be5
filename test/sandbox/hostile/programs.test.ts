import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createHost } from '../host.ts'
import { type Engine, profiles } from '../sandbox-door.ts'
import { escapes } from './escapes.ts'
import { checkClosed, checkHostile, type HostileEngine, openHostileEngine } from './harness.ts'
import { loops } from './loops.ts'
import type { HostileProgram } from './measure.ts'
import { memory } from './memory.ts'

const groups: Readonly<Record<string, readonly HostileProgram[]>> = { loops, memory, escapes }

let hostile: HostileEngine
let engine: Engine
beforeAll(async () => {
  hostile = await openHostileEngine()
  engine = hostile.engine
})
afterAll(async () => {
  await hostile[Symbol.asyncDispose]()
})

describe.each(Object.entries(groups))('hostile programs: %s', (_group, programs) => {
  // oxlint-disable-next-line vitest/expect-expect -- checkHostile expects
  test.each(programs)('$name', async program => {
    await checkHostile(hostile, program)
  })
})

describe('fuel', () => {
  const endless = [
    'for (;;) {}',
    'for (;;) await null',
    'const f = () => queueMicrotask(f); f(); await new Promise(() => {})',
    'function* g() { for (;;) yield 1 }; for (const x of g());',
    'return /(x+x+)+y/.test("x".repeat(64))',
    'return Array.prototype.includes.call({ length: Number.MAX_SAFE_INTEGER }, 1)',
    'return new Array(2 ** 32 - 1).join("").length',
    'const a = {}; for (let i = 0; ; i = (i + 1) % 1000) a["k" + i] = [i]',
    '[3, 2, 1].sort(() => { for (;;); })',
    'for (;;) { try { for (;;); } catch {} }',
  ]

  test.each(endless)('%s stops at the same count, ten times, in the same worker', async source => {
    const started = engine.snapshot().workers.started
    const limits = { ...profiles.strict, fuel: 5e6 }
    const counts: number[] = []
    for (let time = 0; time < 10; time += 1) {
      const outcome = await engine.run(source, { limits, host: createHost() })
      expect(outcome).toMatchObject({ status: 'stopped', limit: 'fuel' })
      counts.push(outcome.usage.fuel)
    }
    expect(new Set(counts).size).toBe(1)
    expect(counts[0]).toBeGreaterThan(5e6)
    expect(engine.snapshot().workers.started).toBe(started)
  })
})

// oxlint-disable-next-line vitest/expect-expect -- checkClosed expects
test('once the engine is closed, the host has its memory back', async () => {
  await checkClosed(hostile)
})
