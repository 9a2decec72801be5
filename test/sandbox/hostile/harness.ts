/** Runs a hostile program and checks everything that must hold whatever it does. */
import { homedir } from 'node:os'

import { expect } from 'vitest'

import { createHost } from '../host.ts'
import { type Engine, openQuickJsEngine, type Outcome } from '../sandbox-door.ts'
import {
  type Ended,
  type HostileProgram,
  hostileLimits,
  residentBytes,
  runHostile,
  type Watched,
} from './measure.ts'

/** `callTool(name, args)` of the shared programs names no server. */
export const sharedPrefix =
  "const callTool = (name, args) => globalThis.callTool('probe', name, args);\n"

export interface HostileEngine extends AsyncDisposable {
  readonly engine: Engine
  /** What the probe gave in a worker that had run nothing before. */
  readonly fresh: ProbeResult
  readonly residentBytes: number
}

const workers = 2

/**
 * What the host may hold on to between two runs. A worker that ran a hostile program is kept with at most the limit's 32 MiB of
 * engine memory, and as much again for what its own heap and the allocator have not given back yet.
 */
const keptBytes = workers * 2 * (hostileLimits.memoryBytes ?? 0)

export async function openHostileEngine(): Promise<HostileEngine> {
  const engine = await openQuickJsEngine({ workers })
  const [fresh, other] = await Promise.all([probe(engine), probe(engine)])
  expect(other).toEqual(fresh)
  return {
    engine,
    fresh,
    residentBytes: residentBytes(),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

export async function checkHostile(
  { engine, fresh, residentBytes: before }: HostileEngine,
  program: HostileProgram,
): Promise<void> {
  const { result: ended, ownLagMs, ownCpuMs } = await runHostile(engine, program)
  expect(program.expect === 'any' ? 'any' : ended.status).toBe(program.expect)
  if (program.value !== undefined) expect(ended).toMatchObject({ value: program.value })
  if (program.limit !== undefined) expect(ended).toMatchObject({ limit: program.limit })
  expect(leaks(ended)).toEqual([])
  expect(Reflect.get({}, 'polluted')).toBe(undefined)
  expectIdleHost({ ownLagMs, ownCpuMs })
  expect(await probe(engine)).toEqual(fresh)
  expect(residentBytes()).toBeLessThan(before + keptBytes)
}

/**
 * The main thread only forwards text: it must never do a program's work, nor stand still for one. bench/sandbox/hostile.ts prints
 * what it comes to on a quiet machine.
 */
export function expectIdleHost({
  ownLagMs,
  ownCpuMs,
}: Pick<Watched<unknown>, 'ownLagMs' | 'ownCpuMs'>): void {
  expect(ownLagMs).toBeLessThan(500)
  expect(ownCpuMs).toBeLessThan(1000)
}

/**
 * With its workers gone, nothing of what hostile programs did is left; what stays is the test runner's, and what V8 and the
 * allocator keep for the next engine: about 30 MB on Node 24, 5 MB on Node 20, however many engines follow.
 */
export async function checkClosed(hostile: HostileEngine): Promise<void> {
  await hostile[Symbol.asyncDispose]()
  expect(residentBytes()).toBeLessThan(hostile.residentBytes + 2 * (hostileLimits.memoryBytes ?? 0))
}

interface ProbeResult {
  readonly value: unknown
  /** The same to the unit in every run of the same image. */
  readonly fuel: number
}

const probeSource = `const shown = Object.getOwnPropertyNames(globalThis).join()
  const answer = await callTool('probe', 'echo', { sorted: [3, 1, 2].sort(), text: \`\${{}}\` })
  return { shown, answer, polluted: ({}).polluted, matched: 'ab'.match(/b/).index, sum: 1 + 1 }`

/** A program that uses what hostile ones try to break. */
async function probe(engine: Engine): Promise<ProbeResult> {
  const outcome: Outcome = await engine.run(probeSource, {
    limits: hostileLimits,
    host: createHost(),
  })
  expect(outcome).toMatchObject({
    status: 'completed',
    value: { answer: { sorted: [1, 2, 3], text: '[object Object]' }, matched: 1, sum: 2 },
    logs: [],
  })
  return { value: 'value' in outcome ? outcome.value : undefined, fuel: outcome.usage.fuel }
}

/** Host paths and environment values that must never show. */
function leaks(ended: Ended): string[] {
  const text = JSON.stringify(ended)
  const secrets = [homedir(), process.cwd(), process.execPath, 'node_modules', 'node:internal']
  return secrets.filter(secret => secret.length > 1 && text.includes(secret))
}
