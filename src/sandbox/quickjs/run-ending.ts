/** What the end of a run means: the engine's own failures told from the program's, and values from what cannot cross. */
import { maxValueDepth } from '../../json-value.ts'
import { isJsonNestedDeeper } from '../../text/index.ts'
import { SyntaxProblem } from '../program/syntax-problem.ts'
import type { RunEnding } from '../worker/protocol.ts'
import { Stop } from '../worker/stop.ts'
import type { Description } from './program-error.ts'
import { OutOfMemory, type Value } from './texts.ts'

/** Values larger than this are refused: the host could not even read them without a pause. */
const maxValueBytes = 8 << 20
/** What the engine says of single values it has no room for, whatever the limit. */
const tooLarge =
  /^(?:BigInt is too large(?: to allocate)?|(?:invalid )?string (?:too long|length))$/i
const nothingThrown = new Set(['undefined', 'null', '[uninitialized]'])

/** Why a value cannot be handed over. */
export function problemOf(json: string): string | undefined {
  if (json.length > maxValueBytes) {
    return `The value has ${json.length} bytes as JSON where ${maxValueBytes} are allowed; return less, or write it to a file`
  }
  if (!isJsonNestedDeeper(json, maxValueDepth)) return undefined
  return `The value is nested deeper than ${maxValueDepth} levels; return a flatter one`
}

export function isTooLarge({ message }: Description): boolean {
  return tooLarge.test(message)
}

/** Out of memory, the engine often has none left for an error that says so, and throws nothing, or an error without a message. */
export function isMemoryFailure({ name, message }: Description): boolean {
  if (name === 'Uncaught') return nothingThrown.has(message)
  return message.includes('out of memory') || (name === 'InternalError' && message === '')
}

/** A timer's function threw: nobody can catch that, so it ends the program. */
export class TimerFailure extends Error {
  readonly thrown: Value

  constructor(thrown: Value) {
    super('A timer threw')
    this.thrown = thrown
  }
}

export const unreadableError: RunEnding = {
  status: 'failed',
  error: { name: 'Uncaught', message: 'The program threw something that cannot be read' },
}

export function breaksWorker(error: unknown): boolean {
  if (error instanceof SyntaxProblem) return error.brokeParser
  return !(error instanceof Stop || isTrap(error))
}

export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError
}

/** The module stopped by its own means: fuel, memory, the stack. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    error instanceof OutOfMemory ||
    error instanceof TimerFailure
  )
}
