/**
 * WASI preview 1 for a program that has nothing but the virtual tree: standard streams go to the console, "/" is the one
 * directory, clocks and chance are the host's, and whatever is not here answers ENOSYS.
 */
import { randomFillSync } from 'node:crypto'

import type { GuestHost } from '../worker/guest-host.ts'
import type { GuestMemory } from './guest-memory.ts'
import { WasiDescriptors } from './wasi-descriptors.ts'
import { errno } from './wasi-errno.ts'
import { wasiNames } from './wasi-names.ts'

/** `proc_exit`: thrown through the module. */
export class ProcExit extends Error {
  override readonly name = 'ProcExit'
  readonly code: number

  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

export interface WasiDeps {
  readonly host: GuestHost
  readonly memory: GuestMemory
  readonly commandLine: readonly string[]
}

/** A function of WASI with its numbers as one list. */
type Wasi = (args: readonly number[]) => number

export interface WasiWorld {
  /** By import name, all of preview 1. */
  readonly functions: ReadonlyMap<string, (...args: readonly (number | bigint)[]) => number>
  /** Prints what has no line end yet and writes files left open. */
  flush(): void
}

export function wasiWorld(deps: WasiDeps): WasiWorld {
  const descriptors = new WasiDescriptors(deps)
  const known = new Map<string, Wasi>([
    ...environment(deps),
    ...clocks(deps),
    ...descriptors.functions(),
    [
      'proc_exit',
      ([code = 0]) => {
        throw new ProcExit(code)
      },
    ],
  ])
  const functions = wasiNames.map(name => {
    const implementation = known.get(name) ?? notSupported
    const native = (...args: readonly (number | bigint)[]): number =>
      implementation(args.map(Number))
    return [name, native] as const
  })
  return {
    functions: new Map(functions),
    flush: () => {
      descriptors.flush()
    },
  }
}

function notSupported(): number {
  return errno.nosys
}

/** The command line; no environment at all. */
function environment({ memory, commandLine }: WasiDeps): [string, Wasi][] {
  const args = commandLine.map(arg => `${arg}\0`)
  const size = args.reduce((sum, arg) => sum + Buffer.byteLength(arg), 0)
  const writeSizes = (count: number, bytes: number): Wasi => {
    return ([countAt = 0, bytesAt = 0]) => {
      memory.writeU32(countAt, count)
      memory.writeU32(bytesAt, bytes)
      return errno.success
    }
  }
  const writeArgs: Wasi = ([list = 0, start = 0]) => {
    let at = start
    for (const [index, arg] of args.entries()) {
      memory.writeU32(list + index * 4, at)
      at += memory.writeText(arg, at, Buffer.byteLength(arg))
    }
    return errno.success
  }
  return [
    ['args_sizes_get', writeSizes(args.length, size)],
    ['args_get', writeArgs],
    ['environ_sizes_get', writeSizes(0, 0)],
    ['environ_get', () => errno.success],
  ]
}

/** Milliseconds, no finer: a fine clock is a side channel. */
function clocks({ memory }: WasiDeps): [string, Wasi][] {
  const million = 1_000_000n
  return [
    [
      'clock_res_get',
      ([, at = 0]) => {
        memory.writeU64(at, million)
        return errno.success
      },
    ],
    [
      'clock_time_get',
      ([, , at = 0]) => {
        memory.writeU64(at, BigInt(Date.now()) * million)
        return errno.success
      },
    ],
    [
      'random_get',
      ([at = 0, length = 0]) => {
        randomFillSync(memory.bytes(at, length))
        return errno.success
      },
    ],
    ['sched_yield', () => errno.success],
  ]
}
