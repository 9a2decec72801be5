export { type Engine, type HostCall, type RunOptions, type VirtualModules } from './engine.ts'
export { type LazyEngine, lazyEngine } from './lazy-engine.ts'
export { type Limits, type Profile, profiles } from './limits.ts'
export {
  type Ending,
  type HostCallRecord,
  type Limit,
  type LogEntry,
  type Outcome,
  type ProgramError,
  type Usage,
} from './outcome.ts'
export { stripTypes } from './program/strip-types.ts'
export { openQuickJsEngine, type QuickJsOptions } from './quickjs/engine.ts'
export { type CacheSnapshot, type EngineSnapshot } from './snapshot.ts'
export {
  openWasmEngine,
  type WasmEngine,
  type WasmOptions,
  type WasmRunOptions,
} from './wasm/engine.ts'
export { type WasmArgument, type WasmExport } from './wasm/messages.ts'
export { parseWasmArgument } from './wasm/values.ts'
export { summarise, type ValueSummary } from './summarise.ts'
