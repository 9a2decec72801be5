/** Threads kept ready, lent one run at a time; a run waits while all are busy. */
import { ExecutionError } from '../../errors.ts'
import type { Thread } from './thread.ts'

export interface PoolOptions {
  readonly size: number
  readonly spawn: () => Thread
}

/** What happened to the pool's threads so far. */
export interface PoolSnapshot {
  readonly size: number
  readonly idle: number
  readonly busy: number
  readonly waiting: number
  readonly started: number
  /** Replaced after a run that left them too large. */
  readonly retired: number
  /** Ended by the watchdog, a cancellation or a crash. */
  readonly killed: number
}

interface Waiting {
  readonly resolve: (thread: Thread) => void
  readonly reject: (error: unknown) => void
}

export class ThreadPool implements AsyncDisposable {
  readonly #options: PoolOptions
  readonly #idle: Thread[] = []
  readonly #busy = new Set<Thread>()
  readonly #waiting: Waiting[] = []
  readonly #ending = new Set<Promise<void>>()
  #started = 0
  #retired = 0
  #killed = 0
  #isDisposed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Starts a thread before it is needed. */
  prestart(): void {
    if (this.#isDisposed || this.#idle.length + this.#busy.size >= this.#options.size) return
    this.#idle.push(this.#spawn())
  }

  /** A ready thread, lent until `release`. */
  async acquire(signal?: AbortSignal): Promise<Thread> {
    if (this.#isDisposed) throw disposed()
    signal?.throwIfAborted()
    const idle = this.#takeIdle()
    const thread = idle ?? (await this.#wait(signal))
    await thread.ready.catch((error: unknown) => {
      this.release(thread, 'killed')
      throw new ExecutionError(
        'SANDBOX_CRASHED',
        'Cannot start a sandbox worker: it ended at once; check memory and thread limits of this machine',
        { cause: error },
      )
    })
    return thread
  }

  /** Gives a thread back; one that is to go is replaced at once, so that no run waits for its start. */
  release(thread: Thread, state: 'kept' | 'retired' | 'killed'): void {
    this.#busy.delete(thread)
    thread.detach()
    if (state === 'kept' && !thread.isDead && !this.#isDisposed) {
      this.#hand(thread)
      return
    }
    if (state === 'retired') this.#retired += 1
    else this.#killed += 1
    this.#end(thread)
    if (!this.#isDisposed) this.#hand(this.#spawn())
  }

  snapshot(): PoolSnapshot {
    return {
      size: this.#options.size,
      idle: this.#idle.length,
      busy: this.#busy.size,
      waiting: this.#waiting.length,
      started: this.#started,
      retired: this.#retired,
      killed: this.#killed,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    for (const { reject } of this.#waiting.splice(0)) reject(disposed())
    for (const thread of [...this.#idle.splice(0), ...this.#busy]) this.#end(thread)
    await Promise.all(this.#ending)
  }

  #takeIdle(): Thread | undefined {
    while (this.#idle.length > 0) {
      const thread = this.#idle.pop()
      if (thread !== undefined && !thread.isDead) return this.#lend(thread)
    }
    return this.#busy.size < this.#options.size ? this.#lend(this.#spawn()) : undefined
  }

  #lend(thread: Thread): Thread {
    this.#busy.add(thread)
    return thread
  }

  #hand(thread: Thread): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(thread)
    else next.resolve(this.#lend(thread))
  }

  async #wait(signal: AbortSignal | undefined): Promise<Thread> {
    let entry: Waiting | undefined
    const abort = (): void => {
      const at = this.#waiting.findIndex(one => one === entry)
      if (at !== -1) this.#waiting.splice(at, 1)
      entry?.reject(signal?.reason)
    }
    try {
      return await new Promise<Thread>((resolve, reject) => {
        entry = { resolve, reject }
        this.#waiting.push(entry)
        signal?.addEventListener('abort', abort, { once: true })
      })
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  #spawn(): Thread {
    this.#started += 1
    const thread = this.#options.spawn()
    thread.detach()
    return thread
  }

  #end(thread: Thread): void {
    const ending = thread.terminate().finally(() => {
      this.#ending.delete(ending)
    })
    this.#ending.add(ending)
  }
}

function disposed(): ExecutionError {
  return new ExecutionError(
    'INVALID_ARGUMENT',
    'Cannot run the program: the engine was closed; open a new one',
  )
}
