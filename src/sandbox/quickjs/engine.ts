/** The engine for programs: QuickJS in WebAssembly, metered, in worker threads that can be killed. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

import { ExecutionError } from '../../errors.ts'
import { builtFile } from '../../package-root.ts'
import type { Engine, RunOptions, VirtualModules } from '../engine.ts'
import { KeyedCache } from '../keyed-cache.ts'
import type { Outcome } from '../outcome.ts'
import { threadState, toOutcome } from '../pool/conclusion.ts'
import { Conversation } from '../pool/conversation.ts'
import { ThreadPool } from '../pool/thread-pool.ts'
import { Thread } from '../pool/thread.ts'
import { precheck } from '../program/precheck.ts'
import type { Prepared } from '../program/prepared.ts'
import { type EngineSnapshot, Monitor } from '../snapshot.ts'
import type { QuickJsJob, QuickJsReport } from './messages.ts'
import { readImage } from './read-image.ts'

export interface QuickJsOptions {
  /** Worker threads at most; one run each. Default: processors, at most 4. */
  readonly workers?: number
}

const maxWorkers = 4
const heapMegabytes = 96

/** Opens the engine: compiles once, starts one worker. */
export async function openQuickJsEngine(options: QuickJsOptions = {}): Promise<Engine> {
  // Read in one go: a process that starts loads its next module in between, and the worker would wait for that.
  const module = new WebAssembly.Module(readFileSync(builtFile('assets/quickjs-metered.wasm')))
  const image = readImage()
  const pool = new ThreadPool({
    size: options.workers ?? Math.min(maxWorkers, availableParallelism()),
    spawn: () =>
      new Thread({
        file: builtFile('workers/quickjs.js'),
        data: { module, image },
        heapMegabytes,
      }),
  })
  pool.prestart()
  return new QuickJsEngine(pool)
}

class QuickJsEngine implements Engine {
  readonly name = 'quickjs'
  readonly #pool: ThreadPool
  readonly #programs = new KeyedCache<Prepared>('program')
  readonly #monitor = new Monitor()
  /** Which module trees each worker already has, and their numbers. */
  readonly #trees = new WeakMap<VirtualModules, number>()
  readonly #sent = new WeakMap<Thread, number[]>()
  #lastTree = 0
  #lastRun = 0

  constructor(pool: ThreadPool) {
    this.#pool = pool
  }

  async run(source: string | Uint8Array, options: RunOptions): Promise<Outcome> {
    const text = toText(source)
    precheck(text, options.limits.sourceBytes)
    const fileName = options.fileName ?? 'program.ts'
    const key = await this.#programs.keyOf(`${fileName}\0${text}`)
    const prepared = this.#programs.get(key)
    const thread = await this.#pool.acquire(options.signal)
    const job = this.#job(thread, { source: text, fileName, prepared, options })
    const startedAt = performance.now()
    const conclusion = await new Conversation<QuickJsReport>(thread, job, options).hold()
    this.#pool.release(thread, threadState(conclusion))
    const wallMs = performance.now() - startedAt
    if (conclusion.kind === 'reported' && conclusion.report.prepared !== undefined) {
      this.#programs.set(key, conclusion.report.prepared)
    }
    const outcome = toOutcome(conclusion, {
      wallMs,
      cacheHit: prepared !== undefined,
      limits: options.limits,
    })
    this.#monitor.record(outcome)
    return outcome
  }

  snapshot(): EngineSnapshot {
    return {
      engine: this.name,
      ...this.#monitor.totals,
      workers: this.#pool.snapshot(),
      cache: this.#programs.snapshot(),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }

  #job(
    thread: Thread,
    {
      source,
      fileName,
      prepared,
      options,
    }: Pick<QuickJsJob, 'source' | 'fileName' | 'prepared'> & { options: RunOptions },
  ): QuickJsJob {
    this.#lastRun += 1
    const { limits, modules } = options
    const modulesId = modules === undefined ? 0 : this.#treeId(modules)
    return {
      type: 'run',
      run: this.#lastRun,
      source,
      fileName,
      limits,
      prepared,
      modulesId,
      modules: this.#isSent(thread, modulesId) ? undefined : modules,
      globals: options.globals ?? {},
    }
  }

  #treeId(modules: VirtualModules): number {
    const known = this.#trees.get(modules)
    if (known !== undefined) return known
    this.#lastTree += 1
    this.#trees.set(modules, this.#lastTree)
    return this.#lastTree
  }

  /** Remembers as many trees as the worker does. */
  #isSent(thread: Thread, modulesId: number): boolean {
    const sent = this.#sent.get(thread) ?? []
    if (modulesId === 0 || sent.includes(modulesId)) return true
    this.#sent.set(thread, [...sent, modulesId].slice(-4))
    return false
  }
}

function toText(source: string | Uint8Array): string {
  if (typeof source === 'string') return source
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source)
  } catch (cause) {
    throw new ExecutionError(
      'PROGRAM_INVALID',
      'Cannot run the program: it is not UTF-8 text; save it as UTF-8',
      { cause },
    )
  }
}
