/** One run seen from the main thread: hands the job over, answers its calls, and makes sure that it ends. */
import type { RunOptions } from '../engine.ts'
import type { HostCallRecord } from '../outcome.ts'
import {
  type Answer,
  type Call,
  type FromWorker,
  type Job,
  type Report,
} from '../worker/protocol.ts'
import { HostCalls } from './host-calls.ts'
import type { Thread } from './thread.ts'

/** After its deadline a worker gets this long to notice by itself. */
const graceMs = 100

export type Conclusion<R extends Report> =
  | { readonly kind: 'reported'; readonly report: R }
  | { readonly kind: 'overdue' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'crashed'; readonly error: Error }

/** With the host calls made until then. */
export type Concluded<R extends Report> = Conclusion<R> & {
  readonly hostCalls: readonly HostCallRecord[]
}

export class Conversation<R extends Report> {
  readonly #thread: Thread
  readonly #job: Job
  readonly #calls: HostCalls
  readonly #signal: AbortSignal | undefined
  #answers: Answer[] = []
  #conclude: (conclusion: Conclusion<R>) => void = () => {}
  #watchdog: NodeJS.Timeout | undefined

  constructor(thread: Thread, job: Job, { host, limits, signal }: RunOptions) {
    this.#thread = thread
    this.#job = job
    this.#signal = signal
    this.#calls = new HostCalls({ host, limits, startedAt: performance.now() })
  }

  async hold(): Promise<Concluded<R>> {
    const cancel = (): void => {
      this.#cancel()
    }
    const conclusion = await new Promise<Conclusion<R>>(resolve => {
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
    this.#thread.cancel(this.#job.run)
    this.#watch(graceMs, 'cancelled')
  }

  #receive(received: unknown): void {
    if (!isFromWorker<R>(received)) return
    if (isReport<R>(received)) {
      if (received.run === this.#job.run) this.#conclude({ kind: 'reported', report: received })
    } else if (received.type === 'calls' && received.run === this.#job.run) {
      for (const call of received.calls) void this.#answer(call)
    }
  }

  /** Answers that come in one turn of the event loop travel together; the last one there is need not wait for others. */
  async #answer(call: Call): Promise<void> {
    const { ok, text } = await this.#calls.answer(call)
    this.#answers.push({ id: call.id, ok, text })
    if (this.#calls.inFlight === 0) {
      this.#hand()
    } else if (this.#answers.length === 1) {
      setImmediate(() => {
        this.#hand()
      })
    }
  }

  #hand(): void {
    if (this.#answers.length === 0) return
    const answers = this.#answers
    this.#answers = []
    if (!this.#thread.isDead) this.#thread.answer({ run: this.#job.run, answers })
  }
}

// What a worker of ours posts; its kind was chosen with the thread.
function isFromWorker<R extends Report>(value: unknown): value is FromWorker<R> {
  return typeof value === 'object' && value !== null && 'type' in value
}

function isReport<R extends Report>(message: FromWorker<R>): message is R {
  return message.type === 'done'
}
