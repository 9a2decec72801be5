/** Waiting that can be told to stop. */
import { ExecutionError } from '../errors.ts'

/** The work's outcome, or INTERRUPTED as soon as the signal says so; the work itself goes on for whoever shares it. */
export async function unlessAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return await work
  return await new Promise((resolve, reject) => {
    // A plain listener: every call waits here twice, and another AbortController each time costs more than the rest of it.
    const stop = (): void => reject(interrupted(signal))
    const end = (): void => signal.removeEventListener('abort', stop)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.finally(end).then(resolve, reject)
  })
}

function interrupted({ reason }: AbortSignal): ExecutionError {
  if (reason instanceof ExecutionError) return reason
  return new ExecutionError('INTERRUPTED', 'Cannot finish the call: it was cancelled', {
    cause: reason,
  })
}
