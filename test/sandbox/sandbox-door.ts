/** What the sandbox's tests import of the project. */
export { ExecutionError } from '../../src/errors.ts'
export {
  type Engine,
  openQuickJsEngine,
  openWasmEngine,
  type Outcome,
  profiles,
  type RunOptions,
  parseWasmArgument,
  type WasmEngine,
} from '../../src/sandbox/index.ts'
