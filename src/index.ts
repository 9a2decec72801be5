export {
  type Bridge,
  type ToolCall,
  type ToolCaller,
  type ToolCallOptions,
} from './bridge/index.ts'
export {
  type Catalog,
  introspect,
  type JsonSchema,
  type ServerInfo,
  type SkippedTool,
  type Tool,
  type ToolAnnotations,
} from './catalog/index.ts'
export {
  connect,
  type Connection,
  type ContentPart,
  type Handshake,
  type ToolResult,
} from './client/index.ts'
export { type ErrorCode, ExecutionError, type ExitCode, exitCodeOf } from './errors.ts'
export {
  type CodeExecutor,
  type ExecuteOptions,
  type Execution,
  type ExecutionRuntime,
  type Session,
} from './execution/index.ts'
export { type EmbeddedServer, type ExecutionOptions, openExecution } from './library.ts'
