/** Waiting that can be told to stop. */
import { ExecutionError } from '../errors.ts'

/** The work's outcome, or INTERRUPTED as soon as the signal says so; the work itself goes on for whoever shares it. */
export async function unlessAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return await work
  work.catch(() => undefined)
  const listening = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(interrupted(signal))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true, signal: listening.signal })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    listening.abort()
  }
}

function interrupted({ reason }: AbortSignal): ExecutionError {
  if (reason instanceof ExecutionError) return reason
  return new ExecutionError('INTERRUPTED', 'Cannot finish the call: it was cancelled', {
    cause: reason,
  })
}
