/** The engine for WebAssembly modules: checked, metered, in worker threads that can be killed. */
import { availableParallelism } from 'node:os'

import { ExecutionError } from '../../errors.ts'
import { builtFile } from '../../package-root.ts'
import type { Engine, RunOptions } from '../engine.ts'
import { KeyedCache } from '../keyed-cache.ts'
import { type Limits, profiles } from '../limits.ts'
import type { Outcome } from '../outcome.ts'
import { threadState, toOutcome } from '../pool/conclusion.ts'
import { type Concluded, Conversation } from '../pool/conversation.ts'
import { ThreadPool } from '../pool/thread-pool.ts'
import { Thread } from '../pool/thread.ts'
import { type EngineSnapshot, Monitor } from '../snapshot.ts'
import type {
  CompiledModule,
  WasmArgument,
  WasmCall,
  WasmExport,
  WasmJob,
  WasmReport,
} from './messages.ts'

export interface WasmRunOptions extends RunOptions {
  /** The exported function to call; default `_start`, `main`, `run`, or the only one. */
  readonly entry?: string
  readonly args?: readonly WasmArgument[]
  /** What a WASI program reads as its arguments, its own name first. */
  readonly commandLine?: readonly string[]
}

export interface WasmEngine extends Engine {
  run(source: string | Uint8Array, options: WasmRunOptions): Promise<Outcome>
  /** Functions a module exports; nothing of it runs. */
  listExports(bytes: Uint8Array): Promise<readonly WasmExport[]>
}

export interface WasmOptions {
  /** Worker threads at most; one run each. Default: processors, at most 4. */
  readonly workers?: number
}

const maxWorkers = 4
const heapMegabytes = 128

/** Opens the engine; its first worker starts with the first run. */
export function openWasmEngine(options: WasmOptions = {}): WasmEngine {
  return new WasmThreads(
    new ThreadPool({
      size: options.workers ?? Math.min(maxWorkers, availableParallelism()),
      spawn: () =>
        new Thread({
          file: builtFile('workers/wasm.js'),
          data: {},
          heapMegabytes,
        }),
    }),
  )
}

class WasmThreads implements WasmEngine {
  readonly name = 'wasm'
  readonly #pool: ThreadPool
  readonly #modules = new KeyedCache<CompiledModule>('wasm')
  readonly #monitor = new Monitor()
  #lastRun = 0

  constructor(pool: ThreadPool) {
    this.#pool = pool
  }

  async run(source: string | Uint8Array, options: WasmRunOptions): Promise<Outcome> {
    if (typeof source === 'string') throw notBytes()
    const { entry, args = [], commandLine = [options.fileName ?? 'module.wasm'] } = options
    const held = await this.#hold(source, { entry, args, commandLine }, options)
    const outcome = toOutcome(held.concluded, { ...held, limits: options.limits })
    this.#monitor.record(outcome)
    return outcome
  }

  async listExports(bytes: Uint8Array): Promise<readonly WasmExport[]> {
    const key = await this.#modules.keyOf(bytes)
    const known = this.#modules.get(key)
    if (known !== undefined) return known.functions
    const { concluded } = await this.#hold(bytes, undefined, compileOnly)
    if (concluded.kind === 'reported' && concluded.report.compiled !== undefined) {
      return concluded.report.compiled.functions
    }
    throw tooLong(compileOnly.limits)
  }

  snapshot(): EngineSnapshot {
    return {
      engine: this.name,
      ...this.#monitor.totals,
      workers: this.#pool.snapshot(),
      cache: this.#modules.snapshot(),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }

  async #hold(bytes: Uint8Array, call: WasmCall | undefined, options: RunOptions): Promise<Held> {
    const key = await this.#modules.keyOf(bytes)
    const compiled = this.#modules.get(key)
    const thread = await this.#pool.acquire(options.signal)
    this.#lastRun += 1
    const job: WasmJob = {
      type: 'run',
      run: this.#lastRun,
      limits: options.limits,
      bytes: compiled === undefined ? bytes : undefined,
      compiled,
      call,
    }
    const startedAt = performance.now()
    const concluded = await new Conversation<WasmReport>(thread, job, options).hold()
    this.#pool.release(thread, threadState(concluded))
    if (concluded.kind === 'reported') this.#keep(key, concluded.report)
    return { concluded, wallMs: performance.now() - startedAt, cacheHit: compiled !== undefined }
  }

  #keep(key: string, { compiled, refused }: WasmReport): void {
    if (compiled !== undefined) this.#modules.set(key, compiled)
    if (refused !== undefined) throw new ExecutionError(refused.code, refused.message)
  }
}

interface Held {
  readonly concluded: Concluded<WasmReport>
  readonly wallMs: number
  readonly cacheHit: boolean
}

const compileOnly: RunOptions = {
  limits: { ...profiles.strict, wallMs: 5000 },
  host: () => Promise.reject(new Error('Nothing is called while a module is only compiled')),
}

function notBytes(): ExecutionError {
  return new ExecutionError(
    'INVALID_ARGUMENT',
    'Cannot run the WebAssembly module: it was given as text; pass its bytes',
  )
}

function tooLong({ wallMs }: Limits): ExecutionError {
  return new ExecutionError(
    'WASM_INVALID',
    `Cannot read the WebAssembly module: compiling it took longer than ${wallMs} ms; build a smaller one`,
  )
}
