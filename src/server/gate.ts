/** At most so many requests at once; the rest queue, and a queue that is full says so (spec §8). */
import pLimit from 'p-limit'

import { ExecutionError } from '../errors.ts'

export const maxConcurrentRequests = 8
export const maxQueuedRequests = 1024

export interface Gate {
  /** Runs `work` when it is its turn; rejects at once where the signal ends first or the queue is full. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
  /** Resolves when nothing runs or waits any more, or when the signal ends the wait. */
  idle(signal: AbortSignal): Promise<void>
  readonly active: number
  readonly queued: number
}

export interface GateLimits {
  readonly concurrent?: number
  readonly queued?: number
}

export function createGate({
  concurrent = maxConcurrentRequests,
  queued = maxQueuedRequests,
}: GateLimits = {}): Gate {
  const limit = pLimit(concurrent)
  const running = new Set<Promise<unknown>>()
  return {
    run: async (signal, work) => {
      if (limit.activeCount >= concurrent && limit.pendingCount >= queued) throw busy(queued)
      const run = limit(async () => {
        signal.throwIfAborted()
        return await work()
      })
      running.add(run)
      try {
        return await run
      } finally {
        running.delete(run)
      }
    },
    idle: async signal => {
      const aborted = new Promise<void>(resolve => {
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await Promise.race([Promise.allSettled(running), aborted])
    },
    get active() {
      return limit.activeCount
    },
    get queued() {
      return limit.pendingCount
    },
  }
}

function busy(queued: number): ExecutionError {
  return new ExecutionError(
    'SERVER_LIMIT',
    `Cannot take the request: ${queued} requests already wait; try again when some have been answered`,
  )
}
