/** Turns what the SDK, Node and fetch throw into our one error class. */
import { ExecutionError, type ErrorCode } from '../errors.ts'
import { isNestedDeeper, maxValueDepth } from '../json-value.ts'
import { cleanLine, quoteName, redact, truncate } from '../text/index.ts'
import { brokenAnswerCode } from './json-rpc.ts'
import { lastWords } from './last-words.ts'
import { streamEndedCode } from './wire.ts'

export interface Failure {
  /** "connect to server", "list the tools of", "call tool". */
  readonly action: string
  /** The server's or tool's name. */
  readonly subject: string
  readonly timeoutCode: ErrorCode
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  readonly fault?: ExecutionError
  /** Why the transport ended, if it has. */
  readonly endReason?: string
  readonly stderr: string
  /** Values that may never be shown: what the entry's env and headers hold. */
  readonly secrets: readonly string[]
}

/** Our error for `error`, with the server's last words on stderr among its details. */
export function toExecutionError(error: unknown, failure: Failure): ExecutionError {
  const interrupted = failure.signal?.aborted === true
  const found = interrupted ? undefined : (failure.fault ?? findExecutionError(error))
  const { code, how, help, details } =
    found === undefined
      ? explain(error, failure)
      : { code: found.code, how: found.message, help: undefined, details: found.details }
  if (found?.message.startsWith('Cannot ') === true) return found
  const words = redact(lastWords(failure.stderr), failure)
  const advice = help === undefined ? '' : `; ${help}`
  const said = words === '' ? '' : `; its last words on stderr: ${words}`
  return new ExecutionError(
    code,
    `Cannot ${failure.action} ${quoteName(failure.subject)}: ${redact(how, failure)}${advice}${said}`,
    { cause: error, details: { ...details, ...(words === '' ? {} : { stderr: words }) } },
  )
}

interface Explanation {
  readonly code: ErrorCode
  readonly how: string
  readonly help?: string
  readonly details?: Readonly<Record<string, unknown>>
}

function explain(error: unknown, failure: Failure): Explanation {
  if (failure.signal?.aborted === true) return { code: 'INTERRUPTED', how: 'it was interrupted' }
  return (
    explainSpawn(error) ??
    explainEnd(failure) ??
    explainTimeout(error, failure) ??
    explainHttp(error) ??
    explainAnswer(error) ??
    explainNetwork(error) ?? { code: 'SERVER_PROTOCOL', how: bounded(messageOf(error)) }
  )
}

function explainEnd({ endReason }: Failure): Explanation | undefined {
  return endReason === undefined ? undefined : { code: 'SERVER_CLOSED', how: endReason }
}

function explainTimeout(
  error: unknown,
  { timeoutCode, timeoutMs }: Failure,
): Explanation | undefined {
  if (codeOf(error) !== 'REQUEST_TIMEOUT') return undefined
  return {
    code: timeoutCode,
    how: `no answer within ${timeoutMs / 1000} s`,
    help: 'raise the timeout if the server needs longer',
    details: { timeoutMs },
  }
}

function explainAnswer(error: unknown): Explanation | undefined {
  const code = codeOf(error)
  if (code === streamEndedCode || code === 'CONNECTION_CLOSED' || code === 'NOT_CONNECTED') {
    return { code: 'SERVER_CLOSED', how: 'the connection was closed' }
  }
  if (typeof code !== 'number' || !(error instanceof Error)) return undefined
  if (code === brokenAnswerCode) return { code: 'SERVER_PROTOCOL', how: error.message }
  const data = 'data' in error ? error.data : undefined
  const rpcData = isNestedDeeper(data, maxValueDepth) ? 'nested too deep' : data
  return {
    code: 'SERVER_PROTOCOL',
    how: `the server answered ${code}: ${bounded(error.message)}`,
    details: { rpcCode: code, ...(rpcData === undefined ? {} : { rpcData }) },
  }
}

function explainNetwork(error: unknown): Explanation | undefined {
  const network = networkCode(error)
  if (network === undefined) return undefined
  return { code: 'SERVER_UNREACHABLE', how: network, details: { cause: network } }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const spawnHelp: Readonly<Record<string, string | undefined>> = {
  ENOENT:
    'the command or its working directory does not exist; check the spelling, and that it is installed and on PATH',
  EACCES: 'the command is not executable; give a program, or make the file executable',
  ENOTDIR: 'the working directory is no directory',
  E2BIG: 'its arguments and environment are too long for the system',
}

function explainSpawn(error: unknown): Explanation | undefined {
  const code = codeOf(error)
  const syscall = error instanceof Error && 'syscall' in error ? error.syscall : undefined
  if (typeof code !== 'string' || typeof syscall !== 'string' || !syscall.startsWith('spawn')) {
    return undefined
  }
  const how = spawnHelp[code] ?? `the system answered ${code}`
  return { code: 'SERVER_UNREACHABLE', how, details: { cause: code } }
}

function explainHttp(error: unknown): Explanation | undefined {
  const status = httpStatus(error)
  if (status === undefined) return undefined
  const details = { httpStatus: status }
  if (status === 401) {
    const help = 'log in with "mcp-execution auth login", or give an Authorization header'
    return { code: 'AUTH_REQUIRED', how: 'the server answered 401', help, details }
  }
  if (status === 403) return explainForbidden(error)
  if (status >= 500 || status === 429) {
    return { code: 'SERVER_UNREACHABLE', how: `the server answered ${status}`, details }
  }
  return {
    code: 'SERVER_PROTOCOL',
    how: `the server answered ${status}: ${bounded(messageOf(error))}`,
    details,
  }
}

function explainForbidden(error: unknown): Explanation {
  const wanted =
    error instanceof Error && 'requiredScope' in error ? error.requiredScope : undefined
  const scope = typeof wanted === 'string' ? { scope: wanted } : {}
  return {
    code: 'AUTH_REQUIRED',
    how: 'the server answered 403',
    ...(typeof wanted === 'string' ? { help: 'log in again for what it asks for' } : {}),
    details: { httpStatus: 403, ...scope },
  }
}

/** An error of ours that the SDK wrapped or passed through. */
function findExecutionError(error: unknown): ExecutionError | undefined {
  for (let at = error, depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if (ExecutionError.is(at)) return at
    at = at.cause
  }
  return undefined
}

export function codeOf(error: unknown): string | number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? code : undefined
}

export function httpStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (typeof status === 'number') return status
  const code = codeOf(error)
  if (isSseError(error) && typeof code === 'number') return code
  if (error instanceof Error && error.name === 'InsufficientScopeError') return 403
  return error instanceof Error && error.name === 'UnauthorizedError' ? 401 : undefined
}

/** The legacy transport's stream failed; a status where the server gave one. */
export function isSseError(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('SSE error:')
}

// fetch says only "fetch failed"; the reason sits in the causes below it.
function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    const code = codeOf(at)
    if (typeof code === 'string' && /^(?:E[A-Z]+|UND_ERR_[A-Z_]+|[A-Z_]*CERT[A-Z_]*)$/.test(code)) {
      return `${code} (${bounded(at.message)})`
    }
    if (at.cause === undefined && isFetchFailure(error)) return bounded(at.message)
    at = at.cause
  }
  return undefined
}

function isFetchFailure(error: unknown): boolean {
  return isSseError(error) || (error instanceof TypeError && error.message === 'fetch failed')
}

function bounded(text: string): string {
  return truncate(cleanLine(text), 500)
}
