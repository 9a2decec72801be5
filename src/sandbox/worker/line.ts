/** The worker's line to the main thread. While a program runs its worker only ever blocks here, where it can be woken. */
import { availableParallelism } from 'node:os'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'

import { type Answer, type AnswerMessage, type Call, control } from './protocol.ts'

/** Waking a thread takes longer than many an answer: a worker whose answers are quick looks for the next one this long. */
const lookMs = 0.05
const quickMs = 0.2
/** A single `Atomics.wait` is no longer, whatever the clock does. */
const longestWaitMs = 1000

export interface LineDeps {
  readonly post: (message: LineMessage) => void
  readonly cells: Int32Array
  readonly answers: MessagePort
  readonly run: number
}

export interface LineMessage {
  readonly type: 'calls'
  readonly run: number
  readonly calls: readonly Call[]
}

export class Line {
  readonly #deps: LineDeps
  #taken: readonly Answer[] = []
  #next = 0
  #isQuick = availableParallelism() > 1

  constructor(deps: LineDeps) {
    this.#deps = deps
  }

  send(calls: readonly Call[]): void {
    this.#deps.post({ type: 'calls', run: this.#deps.run, calls })
  }

  /** The oldest answer that has arrived. */
  take(): Answer | undefined {
    if (this.#next === this.#taken.length) this.#receive()
    const answer = this.#taken[this.#next]
    if (answer !== undefined) this.#next += 1
    return answer
  }

  /** Returns once an answer may have arrived, the run is to stop, or that time (of `performance.now`) has come. */
  wait(until: number): void {
    const { cells } = this.#deps
    const seen = Atomics.load(cells, control.arrived)
    if (this.#receive() || this.isCancelled()) return
    const from = performance.now()
    const hasCome = (): boolean => Atomics.load(cells, control.arrived) !== seen
    const lookUntil = Math.min(until, this.#isQuick ? from + lookMs : from)
    while (performance.now() < lookUntil) if (hasCome()) return
    const left = Math.min(until - performance.now(), longestWaitMs)
    if (left > 0) Atomics.wait(cells, control.arrived, seen, left)
    this.#isQuick = hasCome() && performance.now() - from < quickMs && availableParallelism() > 1
  }

  /** Waits for the answer; `check` throws when there is no use in waiting longer. Other answers keep their turn. */
  ask(call: Call, deadline: number, check: () => void): Answer {
    this.send([call])
    const others: Answer[] = []
    for (;;) {
      const answer = this.take()
      if (answer?.id === call.id) {
        this.#taken = [...others, ...this.#taken.slice(this.#next)]
        this.#next = 0
        return answer
      }
      if (answer !== undefined) others.push(answer)
      else this.wait(deadline)
      check()
    }
  }

  /** The main thread wants this run to end. */
  isCancelled(): boolean {
    return Atomics.load(this.#deps.cells, control.cancelled) === this.#deps.run
  }

  /** Skips answers to what an earlier run did not wait for. */
  #receive(): boolean {
    for (;;) {
      if (this.#next < this.#taken.length) return true
      const received: { message: unknown } | undefined = receiveMessageOnPort(this.#deps.answers)
      if (received === undefined) return false
      const { message } = received
      if (!isAnswers(message) || message.run !== this.#deps.run) continue
      this.#taken = message.answers
      this.#next = 0
    }
  }
}

// What the main thread posts, in the same build of the same package.
function isAnswers(value: unknown): value is AnswerMessage {
  return typeof value === 'object' && value !== null && 'answers' in value
}
