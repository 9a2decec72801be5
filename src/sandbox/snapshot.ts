/** What an engine has done and holds, in real numbers, for `stats runtime` and `debug modules`. */
import type { Outcome } from './outcome.ts'
import type { PoolSnapshot } from './pool/thread-pool.ts'

export interface CacheSnapshot {
  readonly size: number
  readonly max: number
  readonly hits: number
  readonly misses: number
  /** `program_<blake3>` or `wasm_<blake3>`, most recently used first. */
  readonly keys: readonly string[]
}

export interface EngineSnapshot {
  readonly engine: string
  readonly runs: number
  readonly completed: number
  readonly failed: number
  readonly stopped: number
  readonly hostCalls: number
  readonly fuel: number
  readonly cpuMs: number
  readonly wallMs: number
  readonly memoryPeakBytes: number
  readonly workers: PoolSnapshot
  readonly cache: CacheSnapshot
}

type Totals = Omit<EngineSnapshot, 'engine' | 'workers' | 'cache'>

/** Adds up outcomes. */
export class Monitor {
  #totals: Totals = {
    runs: 0,
    completed: 0,
    failed: 0,
    stopped: 0,
    hostCalls: 0,
    fuel: 0,
    cpuMs: 0,
    wallMs: 0,
    memoryPeakBytes: 0,
  }

  get totals(): Totals {
    return this.#totals
  }

  record({ status, usage }: Outcome): void {
    const was = this.#totals
    this.#totals = {
      ...was,
      [status]: was[status] + 1,
      runs: was.runs + 1,
      hostCalls: was.hostCalls + usage.hostCalls,
      fuel: was.fuel + usage.fuel,
      cpuMs: was.cpuMs + usage.cpuMs,
      wallMs: was.wallMs + usage.wallMs,
      memoryPeakBytes: Math.max(was.memoryPeakBytes, usage.memoryPeakBytes),
    }
  }
}
