export {
  type Generated,
  type GenerationDeps,
  generateTree,
  introspectAgain,
  introspectServer,
  type Planned,
  planTree,
  type TreeRequest,
  withServer,
} from './generation.ts'
export { compileTree } from './generation-compile.ts'
export { type ChangedTool, checkTree, type Drift } from './generation-check.ts'
export {
  type CheckReport,
  type CodeExecutor,
  type ExecuteOptions,
  type Execution,
  type StoredValue,
  type TracedCall,
} from './code-executor.ts'
export { type ServerDescription, type ToolDescription } from './describe.ts'
export { readTreeMeta } from './generation-tree.ts'
export { pluginSource } from './plugin-source.ts'
export {
  type ExecutionRuntime,
  openRuntime,
  type RuntimeSnapshot,
  type RuntimeWorld,
  savedPrograms,
  type SessionOptions,
} from './open-runtime.ts'
export { type ResultStore, type StoredResult } from './result-store.ts'
export { type FoundProgram } from './program-search.ts'
export {
  createSession,
  type DescribeOptions,
  type Inspection,
  type SearchAnswer,
  type Session,
  type SessionDeps,
} from './session.ts'
export { clearOldSessions, diskSession, memorySession, type SessionStore } from './session-store.ts'
export { type StateStorage, stateLimits } from './state-storage.ts'
export { type FoundTool, toolIndex } from './tool-search.ts'
export { type ModuleOptions, type WasmExport } from './module-run.ts'
export { type KnownServer, type UnreachableServer } from './tool-set.ts'
export { fileQuota, type VirtualFiles } from './virtual-files.ts'
export { type LazyEngine, lazyEngine } from '../sandbox/index.ts'
