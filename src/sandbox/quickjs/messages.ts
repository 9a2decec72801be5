/** What main thread and worker say to each other. Texts and numbers only. */
import type { MessagePort } from 'node:worker_threads'

import type { VirtualModules } from '../engine.ts'
import type { Limits } from '../limits.ts'
import type { Limit, LogEntry, ProgramError } from '../outcome.ts'
import type { Prepared } from '../program/prepared.ts'

/** Cells of the control array that main thread and worker share. */
export const control = {
  /** The number of the run that is to stop. */
  cancelled: 0,
  /** 1 once the answer to a question lies in the answer port. */
  answered: 1,
  size: 2,
} as const

export interface WorkerSetup {
  readonly module: WebAssembly.Module
  readonly prelude: string
  readonly control: SharedArrayBuffer
  /** Answers to questions the worker waits for. */
  readonly answers: MessagePort
}

export interface Job {
  readonly type: 'run'
  readonly run: number
  readonly source: string
  readonly fileName: string
  readonly limits: Limits
  /** Sent when this worker does not have them yet. */
  readonly modules: VirtualModules | undefined
  readonly modulesId: number
  readonly prepared: Prepared | undefined
  readonly seed: Uint8Array
  /** JSON text by name; what the program finds as globals of its own. */
  readonly globals: Readonly<Record<string, string>>
}

export interface Answer {
  readonly id: string
  readonly ok: boolean
  readonly text: string
}

export type ToWorker =
  | Job
  | { readonly type: 'answers'; readonly run: number; readonly answers: readonly Answer[] }
  | { readonly type: 'wake' }

export interface Call {
  readonly id: string
  readonly operation: string
  readonly target: string
  readonly payload: string
}

export type RunEnding =
  /** `text` is JSON; empty for undefined. */
  | { readonly status: 'completed'; readonly text: string }
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
  /** Set when it was made in this run. */
  readonly prepared: Prepared | undefined
  /** The worker holds more memory than it should keep, or its engine is not to be trusted. */
  readonly retire: boolean
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'calls'; readonly run: number; readonly calls: readonly Call[] }
  | { readonly type: 'ask'; readonly run: number; readonly call: Call }
  | Report
