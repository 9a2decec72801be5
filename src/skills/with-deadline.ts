import { type Context, createContext, runInContext } from 'node:vm'

/**
 * Runs `work`, and gives it up (undefined) when it throws or takes longer: V8 stops even a regular expression that
 * backtracks for ever. Blocks for at most `deadlineMs`; for work on other people's schemas only.
 */
export type WithDeadline = <Result>(
  deadlineMs: number,
  work: () => Result | undefined,
) => Result | undefined

/** For everything one realm runs; a server whose every schema backtracks runs out of it, and goes without the rest. */
const realmBudgetMs = 10_000

/** Making the realm it runs in takes a millisecond: whoever has much to run makes one for all of it. */
export function deadlineRealm(budgetMs: number = realmBudgetMs): WithDeadline {
  let context: Context | undefined
  let spentMs = 0
  return (deadlineMs, work) => {
    const timeout = Math.min(deadlineMs, Math.ceil(budgetMs - spentMs))
    if (timeout <= 0) return undefined
    const startedAt = performance.now()
    let leastMs = 0
    let result: ReturnType<typeof work>
    const hands = {
      run: (): void => {
        result = work()
      },
    }
    context ??= createContext({ hands: undefined })
    context['hands'] = hands
    try {
      runInContext('hands.run()', context, { timeout })
    } catch (error) {
      // V8's watchdog goes by another clock, and may be a moment early by ours.
      if (isTimeout(error)) leastMs = timeout
      return undefined
    } finally {
      spentMs += Math.max(leastMs, performance.now() - startedAt)
    }
    return result
  }
}

// Made in the other realm: it is no instance of this one's Error.
function isTimeout(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : ''
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
