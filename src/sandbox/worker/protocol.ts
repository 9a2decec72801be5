/** What every kind of worker and the main thread say to each other. Texts and numbers only. */
import type { MessagePort } from 'node:worker_threads'

import type { Limits } from '../limits.ts'
import type { Limit, LogEntry, ProgramError } from '../outcome.ts'

/** Cells of the control array that main thread and worker share. */
export const control = {
  /** The number of the run that is to stop. */
  cancelled: 0,
  /** Grows with everything the worker is to look at: answers in its port, or the wish that it stops. */
  arrived: 1,
  size: 2,
} as const

export interface WorkerSetup {
  readonly control: SharedArrayBuffer
  /** Answers to host calls, as AnswerMessage; the worker takes them when it looks. */
  readonly answers: MessagePort
}

/** The part of a job every engine has. */
export interface Job {
  readonly type: 'run'
  readonly run: number
  readonly limits: Limits
}

export interface Answer {
  readonly id: string
  readonly ok: boolean
  readonly text: string
}

export interface AnswerMessage {
  readonly run: number
  readonly answers: readonly Answer[]
}

export interface Call {
  readonly id: string
  readonly operation: string
  readonly target: string
  readonly payload: string
}

export type RunEnding =
  /** `text` is JSON; empty for undefined. */
  | { readonly status: 'completed'; readonly text: string; readonly exitCode?: number }
  | { readonly status: 'failed'; readonly error: ProgramError }
  | { readonly status: 'stopped'; readonly limit: Limit; readonly message: string }

export interface Report {
  readonly type: 'done'
  readonly run: number
  readonly ending: RunEnding
  readonly logs: readonly LogEntry[]
  readonly fuel: number
  readonly cpuMs: number
  readonly memoryPeakBytes: number
  readonly hostCalls: number
  /** The worker holds more memory than it should keep, or its engine is not to be trusted. */
  readonly retire: boolean
}

export type FromWorker<R extends Report> =
  | { readonly type: 'ready' }
  | { readonly type: 'calls'; readonly run: number; readonly calls: readonly Call[] }
  | R
