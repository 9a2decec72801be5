/** Errors a program meets, and how the one that ends it is told to the host. */
import { encode } from './encode.ts'
import {
  define,
  defineHidden,
  ErrorOf,
  hasInstance,
  parse,
  stackOf,
  substring,
  toText,
  weakSetAdd,
  weakSetHas,
} from './intrinsics.ts'

const maxMessage = 8192
const maxStack = 16_384
const limitErrors: object = new WeakSet()

/** A tool answered `isError`, or could not be called. */
export class ToolError extends ErrorOf {
  readonly server: string
  readonly tool: string
  /** What the tool sent along, if it did. */
  readonly data: unknown

  constructor(
    message: string,
    { server, tool, data }: { server: string; tool: string; data: unknown },
  ) {
    super(message)
    this.server = server
    this.tool = tool
    this.data = data
  }
}
Object.defineProperty(ToolError.prototype, 'name', { value: 'ToolError' })

/** The error of a host call: name, message and data are all that crossed the wall. */
export function fromHost(text: string, call: { server: string; tool: string }): Error {
  const failure = parse(text)
  const { name, message, data }: Failure = isFailure(failure) ? failure : { message: text }
  if (name === 'ToolError') return new ToolError(toText(message), { ...call, data })
  return named(toText(name ?? 'Error'), toText(message), data)
}

/** The frames that are running, as text. */
export function currentStack(): string {
  const stack = stackOf(new ErrorOf())
  return typeof stack === 'string' ? stack : ''
}

/** Thrown by every host call beyond the limit. */
export function limitError(message: string): Error {
  const error = named('HostCallLimitError', message, undefined)
  weakSetAdd(limitErrors, error)
  return error
}

/** What the host is told of whatever a program threw: a flag, two lengths, and the texts themselves, all bounded. */
export function describe(thrown: unknown): string {
  const isError = isErrorLike(thrown)
  const name = isError ? read(thrown, 'name', 200) : 'Uncaught'
  const message = isError ? read(thrown, 'message', maxMessage) : bounded(show(thrown), maxMessage)
  const stack = isError ? read(thrown, 'stack', maxStack) : ''
  const isLimit = typeof thrown === 'object' && thrown !== null && weakSetHas(limitErrors, thrown)
  // The engine's templates and JSON go through prototypes; addition does not.
  const lengths = toText(name.length) + ' ' + toText(message.length)
  return (isLimit ? '1' : '0') + ' ' + lengths + '\n' + name + message + stack
}

/** A proxy may refuse even that question. */
function isErrorLike(thrown: unknown): boolean {
  try {
    return hasInstance(ErrorOf, thrown)
  } catch {
    return false
  }
}

interface Failure {
  readonly name?: unknown
  readonly message?: unknown
  readonly data?: unknown
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null
}

function named(name: string, message: string, data: unknown): Error {
  const error = new ErrorOf(message)
  defineHidden(error, 'name', name)
  if (data !== undefined) define(error, 'data', data)
  return error
}

function show(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : encode(thrown) || toText(thrown)
  } catch {
    return 'A value that cannot be shown'
  }
}

/** A property that may be a trap. */
function read(error: unknown, key: 'name' | 'message' | 'stack', max: number): string {
  try {
    const holder: Readonly<Record<string, unknown>> | undefined = isRecord(error)
      ? error
      : undefined
    return bounded(toText(holder?.[key] ?? ''), max)
  } catch {
    return ''
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function bounded(text: string, max: number): string {
  if (text.length <= max) return text
  return substring(text, 0, max) + '… (' + toText(text.length - max) + ' more characters)'
}
