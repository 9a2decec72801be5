/** The worker's line to the main thread. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'

import { type Answer, type Call, control } from './protocol.ts'

/** How often a waiting worker looks whether it is to stop. */
const lookEveryMs = 50

export interface Line {
  send(calls: readonly Call[]): void
  /** Waits for the answer; `check` throws when there is no use in waiting longer. */
  ask(call: Call, deadline: number, check: () => void): Answer
  /** The main thread wants this run to end. */
  isCancelled(): boolean
}

export type LineMessage =
  | { readonly type: 'calls'; readonly run: number; readonly calls: readonly Call[] }
  | { readonly type: 'ask'; readonly run: number; readonly call: Call }

export interface LineDeps {
  readonly post: (message: LineMessage) => void
  readonly cells: Int32Array
  readonly answers: MessagePort
  readonly run: number
}

export function createLine({ post, cells, answers, run }: LineDeps): Line {
  return {
    send: calls => {
      if (calls.length > 0) post({ type: 'calls', run, calls })
    },
    ask: (call, deadline, check) => {
      Atomics.store(cells, control.answered, 0)
      post({ type: 'ask', run, call })
      for (;;) {
        const left = Math.max(1, Math.min(lookEveryMs, deadline - performance.now()))
        Atomics.wait(cells, control.answered, 0, left)
        const answer = takeAnswer(answers, `${run}:${call.id}`)
        if (answer !== undefined) return answer
        Atomics.store(cells, control.answered, 0)
        check()
      }
    },
    isCancelled: () => Atomics.load(cells, control.cancelled) === run,
  }
}

/** Skips answers to questions an earlier run did not wait for. */
function takeAnswer(port: MessagePort, id: string): Answer | undefined {
  for (;;) {
    const received: { message: unknown } | undefined = receiveMessageOnPort(port)
    if (received === undefined) return undefined
    if (isAnswer(received.message) && received.message.id === id) return received.message
  }
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'id' in value && 'text' in value
}
