/** Checks a program that keeps the compiler busy for minutes; the test kills this process meanwhile. */
import { compilerExecutable, createChecker, readLanguageLib } from '../../src/typecheck/index.ts'
import { declarations } from './declarations.ts'

const checker = createChecker({
  executable: compilerExecutable(process.platform, process.arch),
  platform: process.platform,
  readLib: readLanguageLib,
  deadlineMs: 600_000,
})
await checker.warmUp(declarations)
process.stdout.write('warm\n')
await checker.check({ source: `return ${'a?b:'.repeat(15_000)}1`, declarations })
