/** The thread where schemas that may take long are evaluated: whoever started it may end it at any time. */
import { parentPort } from 'node:worker_threads'

import { evaluateSchema, type Violation } from './evaluate-schema.ts'
import type { TameSchema } from './tame-schema.ts'

export interface ValidationRequest {
  readonly schema: TameSchema
  readonly value: unknown
}

export type ValidationAnswer =
  | { readonly violations: readonly Violation[] }
  | { readonly failure: string }

parentPort?.on('message', ({ schema, value }: ValidationRequest) => {
  tell(answer(schema, value))
})
tell('ready')

function tell(message: ValidationAnswer | 'ready'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  parentPort?.postMessage(message)
}

function answer(schema: TameSchema, value: unknown): ValidationAnswer {
  try {
    return { violations: evaluateSchema(schema, value) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : 'unknown' }
  }
}
