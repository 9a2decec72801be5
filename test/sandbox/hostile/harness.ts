/** Runs a hostile program and checks everything that must hold whatever it does. */
import { homedir } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { expect } from 'vitest'

import { createHost } from '../contract.ts'
import {
  type Engine,
  ExecutionError,
  type Outcome,
  profiles,
  type RunOptions,
} from '../sandbox-door.ts'

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

/** Where fuel is to end a program, a busy machine must not end it by the clock first. */
function limitsFor({ limit }: HostileProgram): RunOptions['limits'] {
  return limit === 'fuel' ? { ...hostileLimits, wallMs: 25_000 } : hostileLimits
}

/** `callTool(name, args)` of the shared programs names no server. */
export const sharedPrefix =
  "const callTool = (name, args) => globalThis.callTool('probe', name, args);\n"

export async function checkHostile(engine: Engine, program: HostileProgram): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const ended = await end(engine, program)
  delay.disable()
  expect(program.expect === 'any' ? 'any' : ended.status).toBe(program.expect)
  if (program.value !== undefined) expect(ended).toMatchObject({ value: program.value })
  if (program.limit !== undefined) expect(ended).toMatchObject({ limit: program.limit })
  expect(leaks(ended)).toEqual([])
  expect(Reflect.get({}, 'polluted')).toBe(undefined)
  // The main thread only forwards text: even on a busy machine it must never do a program's work.
  expect(delay.max / 1e6).toBeLessThan(1000)
  const next = await engine.run('return 1 + 1', { limits: hostileLimits, host: createHost() })
  expect(next).toMatchObject({ status: 'completed', value: 2 })
}

type Ended = Outcome | { readonly status: 'refused'; readonly message: string }

async function end(engine: Engine, program: HostileProgram): Promise<Ended> {
  try {
    return await engine.run(program.code, { limits: limitsFor(program), host: createHost() })
  } catch (error) {
    if (!ExecutionError.is(error, 'PROGRAM_INVALID')) throw error
    return { status: 'refused', message: error.message }
  }
}

/** Host paths and environment values that must never show. */
function leaks(ended: Ended): string[] {
  const text = JSON.stringify(ended)
  const secrets = [homedir(), process.cwd(), process.execPath, 'node_modules', 'node:internal']
  return secrets.filter(secret => secret.length > 1 && text.includes(secret))
}
