import type { RunOptions } from '../engine.ts'
/** One run seen from the main thread: hands the job over, answers its calls, and makes sure that it ends. */
import { HostCalls } from '../host-calls.ts'
import type { HostCallRecord } from '../outcome.ts'
import type { Thread } from '../pool/thread.ts'
import {
  type Answer,
  type Call,
  control,
  type FromWorker,
  type Job,
  type Report,
} from './messages.ts'

/** After its deadline a worker gets this long to notice by itself. */
const graceMs = 150

export type Conclusion =
  | { readonly kind: 'reported'; readonly report: Report }
  | { readonly kind: 'overdue' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'crashed'; readonly error: Error }

export class Conversation {
  readonly #thread: Thread
  readonly #job: Job
  readonly #calls: HostCalls
  readonly #signal: AbortSignal | undefined
  #answers: Answer[] = []
  #conclude: (conclusion: Conclusion) => void = () => {}
  #watchdog: NodeJS.Timeout | undefined

  constructor(thread: Thread, job: Job, { host, limits, signal }: RunOptions) {
    this.#thread = thread
    this.#job = job
    this.#signal = signal
    this.#calls = new HostCalls({ host, limits, startedAt: performance.now() })
  }

  async hold(): Promise<Conclusion & { readonly hostCalls: readonly HostCallRecord[] }> {
    const cancel = (): void => {
      this.#cancel()
    }
    const conclusion = await new Promise<Conclusion>(resolve => {
      this.#conclude = resolve
      this.#thread.attach(
        message => {
          this.#receive(message)
        },
        error => {
          resolve({ kind: 'crashed', error })
        },
      )
      this.#thread.post(this.#job)
      this.#watch(this.#job.limits.wallMs + graceMs, 'overdue')
      this.#signal?.addEventListener('abort', cancel, { once: true })
      if (this.#signal?.aborted === true) cancel()
    })
    clearTimeout(this.#watchdog)
    this.#signal?.removeEventListener('abort', cancel)
    return { ...conclusion, hostCalls: this.#calls.finish() }
  }

  #watch(afterMs: number, kind: 'overdue' | 'cancelled'): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => {
      this.#conclude({ kind })
    }, afterMs)
  }

  #cancel(): void {
    Atomics.store(this.#thread.cells, control.cancelled, this.#job.run)
    this.#thread.post({ type: 'wake' })
    this.#watch(graceMs, 'cancelled')
  }

  #receive(received: unknown): void {
    if (!isFromWorker(received) || received.type === 'ready' || received.run !== this.#job.run) {
      return
    }
    if (received.type === 'done') {
      this.#conclude({ kind: 'reported', report: received })
    } else if (received.type === 'ask') {
      void this.#answerNow(received.call)
    } else {
      for (const call of received.calls) void this.#answerLater(call)
    }
  }

  async #answerNow(call: Call): Promise<void> {
    const answer = await this.#calls.answer(call)
    if (this.#thread.isDead) return
    this.#thread.answer({ id: `${this.#job.run}:${call.id}`, ...answer }, control.answered)
  }

  /** Answers that come together travel together. */
  async #answerLater(call: Call): Promise<void> {
    const answer = await this.#calls.answer(call)
    this.#answers.push({ id: call.id, ...answer })
    if (this.#answers.length > 1) return
    queueMicrotask(() => {
      const answers = this.#answers
      this.#answers = []
      if (!this.#thread.isDead) this.#thread.post({ type: 'answers', run: this.#job.run, answers })
    })
  }
}

function isFromWorker(value: unknown): value is FromWorker {
  return typeof value === 'object' && value !== null && 'type' in value
}
