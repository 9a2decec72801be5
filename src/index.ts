export { type ErrorCode, ExecutionError, type ExitCode, exitCodeOf } from './errors.ts'
