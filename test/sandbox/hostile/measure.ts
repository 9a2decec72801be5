/** A hostile program run, and what it did to the host meanwhile. No assertions: bench/sandbox/hostile.ts runs it too. */
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { ExecutionError } from '../../../src/errors.ts'
import { type Engine, type Outcome, profiles, type RunOptions } from '../../../src/sandbox/index.ts'
import { createHost } from '../host.ts'

export interface HostileProgram {
  readonly name: string
  readonly code: string
  /** "refused": never run at all. */
  readonly expect: 'stopped' | 'failed' | 'completed' | 'refused' | 'any'
  readonly value?: unknown
  readonly limit?: string
}

/** Small enough that every endless program ends soon, in the unit that does not depend on the machine. */
export const hostileLimits: RunOptions['limits'] = {
  ...profiles.strict,
  memoryBytes: 32 << 20,
  fuel: 1e8,
  wallMs: 4000,
}

/** Where fuel or memory is to end a program, a busy machine must not end it by the clock first. */
function limitsFor({ limit }: HostileProgram): RunOptions['limits'] {
  const isCounted = limit === 'fuel' || limit === 'memory'
  return isCounted ? { ...hostileLimits, wallMs: 25_000 } : hostileLimits
}

export type Ended = Outcome | { readonly status: 'refused'; readonly message: string }

export interface Watched<Result> {
  readonly result: Result
  /** The longest the main thread's event loop stood still, in milliseconds. */
  readonly lagMs: number
  /** The same without the time in which the thread was ready but others had the processors. */
  readonly ownLagMs: number
  /** What the main thread itself computed meanwhile; on a busy machine the better witness. */
  readonly ownCpuMs: number
}

export async function runHostile(engine: Engine, program: HostileProgram): Promise<Watched<Ended>> {
  return await watchLag(() => end(engine, program))
}

/** Runs something and tells how long the event loop of this thread stood still at worst. */
export async function watchLag<Result>(act: () => Promise<Result>): Promise<Watched<Result>> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const before = threadTimes()
  delay.enable()
  try {
    const result = await act()
    // The monitor notices a pause at its next tick: let one pass, or a pause just before the end would not count.
    await setImmediate()
    await setImmediate()
    const lagMs = delay.max / 1e6
    const { ranMs, waitedMs } = threadTimes()
    const ownLagMs = Math.max(0, lagMs - (waitedMs - before.waitedMs))
    return { result, lagMs, ownLagMs, ownCpuMs: ranMs - before.ranMs }
  } finally {
    delay.disable()
  }
}

/** How long the process's first thread, which runs the tests, has run and has waited for a processor; Linux alone tells. */
function threadTimes(): { readonly ranMs: number; readonly waitedMs: number } {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8')
    const [ran = 0, waited = 0] = text.split(' ').map(Number)
    return { ranMs: ran / 1e6, waitedMs: waited / 1e6 }
  } catch {
    return { ranMs: 0, waitedMs: 0 }
  }
}

async function end(engine: Engine, program: HostileProgram): Promise<Ended> {
  try {
    return await engine.run(program.code, { limits: limitsFor(program), host: createHost() })
  } catch (error) {
    if (!ExecutionError.is(error, 'PROGRAM_INVALID')) throw error
    return { status: 'refused', message: error.message }
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** The whole process's resident memory, after a garbage collection of this thread. */
export function residentBytes(): number {
  collectGarbage()
  return process.memoryUsage.rss()
}
