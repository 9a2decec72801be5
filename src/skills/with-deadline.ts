import { type Context, createContext, runInContext } from 'node:vm'

/**
 * Runs `work`, and gives it up (undefined) when it throws or takes longer: V8 stops even a regular expression that
 * backtracks for ever. Blocks for at most `deadlineMs`; for work on other people's schemas only.
 */
export type WithDeadline = <Result>(
  deadlineMs: number,
  work: () => Result | undefined,
) => Result | undefined

/** Making the realm it runs in takes a millisecond: whoever has much to run makes one for all of it. */
export function deadlineRealm(): WithDeadline {
  let context: Context | undefined
  return (deadlineMs, work) => {
    let result: ReturnType<typeof work>
    const hands = {
      run: (): void => {
        result = work()
      },
    }
    context ??= createContext({ hands: undefined })
    context['hands'] = hands
    try {
      runInContext('hands.run()', context, { timeout: deadlineMs })
    } catch {
      return undefined
    }
    return result
  }
}
