import { createContext, runInContext } from 'node:vm'

/**
 * Runs `work`, and gives it up (undefined) when it throws or takes longer: V8 stops even a regular expression that
 * backtracks for ever. Blocks for at most `deadlineMs`; for work on other people's schemas only.
 */
export function withDeadline<Result>(
  deadlineMs: number,
  work: () => Result | undefined,
): Result | undefined {
  let result: Result | undefined
  const run = (): void => {
    result = work()
  }
  try {
    runInContext('run()', createContext({ run }), { timeout: deadlineMs })
  } catch {
    return undefined
  }
  return result
}
