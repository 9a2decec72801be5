/** What the sandbox's tests import of the project. */
export { ExecutionError } from '../../src/errors.ts'
export {
  type Engine,
  openQuickJsEngine,
  type Outcome,
  profiles,
  type RunOptions,
} from '../../src/sandbox/index.ts'
