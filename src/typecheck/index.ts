export {
  type Checker,
  type CheckerDeps,
  type CheckerStats,
  type CheckRequest,
  type CheckResult,
  createChecker,
} from './checker.ts'
export { compilerExecutable } from './compiler/executable.ts'
export { type CheckedTool, type Declarations } from './declarations.ts'
export { type Diagnostic } from './diagnostic.ts'
export { readLanguageLib } from './language-lib.ts'
