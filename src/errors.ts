/**
 * The one error class of the project and its closed list of codes (contract §1, §2).
 * Callers branch on `code`; nobody matches on `message`.
 */

/** Process exit codes: 0 ok · 1 other · 2 bad input or refusal · 3 server or resource limit · 4 timeout · 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130

/** The closed list of codes. */
export type ErrorCode =
  | 'SERVER_UNREACHABLE'
  | 'SERVER_CLOSED'
  | 'SERVER_PROTOCOL'
  | 'SERVER_LIMIT'
  | 'TOOL_LIMIT'
  | 'MESSAGE_TOO_LARGE'
  | 'PAGINATION_ENDLESS'
  | 'AUTH_REQUIRED'
  | 'CIRCUIT_OPEN'
  | 'DAEMON_UNAVAILABLE'
  | 'TOOL_FAILED'
  | 'PROGRAM_INVALID'
  | 'PROGRAM_FAILED'
  | 'FUEL_EXHAUSTED'
  | 'MEMORY_EXHAUSTED'
  | 'HOST_CALL_LIMIT'
  | 'OUTPUT_LIMIT'
  | 'SANDBOX_CRASHED'
  | 'DEADLOCK'
  | 'SECURITY_REFUSED'
  | 'APPROVAL_PENDING'
  | 'PATH_REFUSED'
  | 'CHECKSUM_MISMATCH'
  | 'SERVER_NOT_FOUND'
  | 'TOOL_NOT_FOUND'
  | 'NOT_FOUND'
  | 'CONFIG_INVALID'
  | 'CONFIG_UNSET_VARIABLE'
  | 'CONNECT_TIMEOUT'
  | 'DISCOVER_TIMEOUT'
  | 'CALL_TIMEOUT'
  | 'TIMEOUT'
  | 'SERIALIZATION'
  | 'WASM_INVALID'
  | 'WASM_TRAP'
  | 'CACHE'
  | 'STATE'
  | 'STATE_QUOTA'
  | 'INVALID_ARGUMENT'
  | 'VALIDATION'
  | 'DRIFT'
  | 'IO'
  | 'INTERRUPTED'
  | 'INTERNAL'

/** Every code, with the exit code it maps to. Documented in docs/reference/errors.md; a test pins the two together. */
export const exitCodeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  // connection
  SERVER_UNREACHABLE: 3,
  SERVER_CLOSED: 3,
  SERVER_PROTOCOL: 3,
  SERVER_LIMIT: 3,
  TOOL_LIMIT: 3,
  MESSAGE_TOO_LARGE: 3,
  PAGINATION_ENDLESS: 3,
  AUTH_REQUIRED: 3,
  CIRCUIT_OPEN: 3,
  DAEMON_UNAVAILABLE: 3,
  TOOL_FAILED: 1,
  // execution
  PROGRAM_INVALID: 2,
  PROGRAM_FAILED: 1,
  FUEL_EXHAUSTED: 3,
  MEMORY_EXHAUSTED: 3,
  HOST_CALL_LIMIT: 3,
  OUTPUT_LIMIT: 3,
  SANDBOX_CRASHED: 3,
  DEADLOCK: 1,
  // security
  SECURITY_REFUSED: 2,
  APPROVAL_PENDING: 2,
  PATH_REFUSED: 2,
  CHECKSUM_MISMATCH: 2,
  // not found
  SERVER_NOT_FOUND: 2,
  TOOL_NOT_FOUND: 2,
  NOT_FOUND: 2,
  // config
  CONFIG_INVALID: 2,
  CONFIG_UNSET_VARIABLE: 2,
  // timeout
  CONNECT_TIMEOUT: 4,
  DISCOVER_TIMEOUT: 4,
  CALL_TIMEOUT: 4,
  TIMEOUT: 4,
  // serialization
  SERIALIZATION: 1,
  // wasm
  WASM_INVALID: 2,
  WASM_TRAP: 1,
  // cache and state
  CACHE: 1,
  STATE: 1,
  STATE_QUOTA: 3,
  // invalid argument and validation
  INVALID_ARGUMENT: 2,
  VALIDATION: 2,
  DRIFT: 1,
  // the machine
  IO: 1,
  INTERRUPTED: 130,
  INTERNAL: 1,
}

export interface ErrorOptions {
  readonly cause?: unknown
  /** Facts a machine may want; never secrets. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** What broke. Message: `Cannot <do what> "<what>": <how it is>; <what would help>`. */
export class ExecutionError extends Error {
  override readonly name = 'ExecutionError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, { cause, details = {} }: ErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }

  get exitCode(): ExitCode {
    return exitCodeOf[this.code]
  }

  static is(error: unknown, code?: ErrorCode): error is ExecutionError {
    return error instanceof ExecutionError && (code === undefined || error.code === code)
  }
}
