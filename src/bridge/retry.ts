/** Which failed calls are tried again: those that may safely run twice, and those the server itself put off. */
import {
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  type RetryPolicy,
} from 'cockatiel'

import type { Tool } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import { unlessAborted } from './abort.ts'
import type { BridgeLimits } from './limits.ts'

const maxRetryAfterMs = 30_000

interface Trying {
  readonly tool: Tool | undefined
  readonly limits: BridgeLimits
  readonly signal: AbortSignal | undefined
}

/** The attempt's outcome, after as many more as its failures are worth. */
export async function tried<Value>(
  attempt: () => Promise<Value>,
  { tool, limits, signal }: Trying,
): Promise<Value> {
  try {
    return await attempt()
  } catch (error) {
    // Most calls succeed at once, and need no policy: it takes over with the first failure as its first attempt's.
    let failed = false
    const again = async (): Promise<Value> => {
      if (failed) return await attempt()
      failed = true
      throw error
    }
    // The policy sits its waits out whatever the signal says.
    return await unlessAborted(retryPolicy(tool, limits).execute(again, signal), signal)
  }
}

function retryPolicy(tool: Tool | undefined, limits: BridgeLimits): RetryPolicy {
  const { retries, retryDelayMs } = limits
  const repeatable = isRepeatable(tool)
  return retry(
    handleWhen(error => wasPutOff(error) || (repeatable && wasLost(error))),
    { maxAttempts: retries, backoff: backoff(retryDelayMs) },
  )
}

/** The tool says of itself that calling it again changes nothing more. */
function isRepeatable(tool: Tool | undefined): boolean {
  const { readOnlyHint, idempotentHint } = tool?.annotations ?? {}
  return readOnlyHint === true || idempotentHint === true
}

/** 429 or 503: the server refused before it did anything. */
function wasPutOff(error: Error): boolean {
  const status = ExecutionError.is(error) ? error.details['httpStatus'] : undefined
  return status === 429 || status === 503
}

/** The connection broke under the call. A timeout is no such thing: the caller's time is up. */
function wasLost(error: Error): boolean {
  return ExecutionError.is(error, 'SERVER_CLOSED') || ExecutionError.is(error, 'SERVER_UNREACHABLE')
}

function backoff(delayMs: number): DelegateBackoff<IRetryBackoffContext<unknown>> {
  return new DelegateBackoff(({ attempt, result }) => {
    const growing = delayMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)
    return retryAfterMs(result) ?? Math.min(growing, maxRetryAfterMs)
  })
}

function retryAfterMs(result: object): number | undefined {
  const error = 'error' in result ? result.error : undefined
  const asked = ExecutionError.is(error) ? error.details['retryAfterMs'] : undefined
  return typeof asked === 'number' ? Math.min(Math.max(asked, 0), maxRetryAfterMs) : undefined
}
