/** Numbers on their way into a module and out of it, and which function is called. */
import { ExecutionError } from '../../errors.ts'
import type { NumberType, Refusal, WasmArgument, WasmCall, WasmExport } from './messages.ts'

const defaultEntries = ['_start', 'main', 'run']
const numberTypes: ReadonlySet<string> = new Set(['i32', 'i64', 'f32', 'f64'])

/** Reads `i32:2`, `i64:-7`, `f64:0.5`; throws `INVALID_ARGUMENT`. */
export function parseWasmArgument(text: string): WasmArgument {
  const colon = text.indexOf(':')
  const type = text.slice(0, Math.max(0, colon))
  const digits = text.slice(colon + 1).trim()
  if (!isNumberType(type) || digits === '') throw unreadable(text, 'is no "<type>:<number>"')
  return {
    type,
    value: type.startsWith('f') ? toFloat(digits, text) : toInteger(digits, type, text),
  }
}

function isNumberType(text: string): text is NumberType {
  return numberTypes.has(text)
}

function toFloat(digits: string, text: string): number {
  const value = Number(digits)
  if (Number.isNaN(value) && digits !== 'NaN') throw unreadable(text, 'is no number')
  return value
}

/** Signed or unsigned, as long as it fits. */
function toInteger(digits: string, type: NumberType, text: string): number | bigint {
  if (!/^[+-]?(?:\d+|0x[\da-f]+)$/i.test(digits)) throw unreadable(text, 'is no integer')
  const isNegative = digits.startsWith('-')
  const magnitude = BigInt(digits.replace(/^[+-]/, ''))
  const value = isNegative ? -magnitude : magnitude
  const bits = type === 'i32' ? 32n : 64n
  if (value < -(1n << (bits - 1n)) || value >= 1n << bits) {
    throw unreadable(text, `does not fit ${type}`)
  }
  return type === 'i32' ? Number(BigInt.asIntN(32, value)) : BigInt.asIntN(64, value)
}

function unreadable(text: string, how: string): ExecutionError {
  return new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot read the argument ${JSON.stringify(text.slice(0, 100))}: it ${how}; write i32:2, i64:-7, f32:0.5 or f64:1e3`,
  )
}

/** The function to call, or why there is none. */
export function chooseEntry(
  functions: readonly WasmExport[],
  { entry, args }: WasmCall,
): WasmExport | Refusal {
  const found =
    entry === undefined ? defaultEntry(functions) : functions.find(({ name }) => name === entry)
  if (found === undefined) return noEntry(functions, entry)
  const given = args.map(({ type }) => type)
  if (given.join() === found.parameters.join()) return found
  return {
    code: 'INVALID_ARGUMENT',
    message: `Cannot call "${found.name}": it takes (${found.parameters.join(', ')}), given (${given.join(', ')}); pass one -a type:value for each`,
  }
}

function defaultEntry(functions: readonly WasmExport[]): WasmExport | undefined {
  const named = defaultEntries.map(entry => functions.find(({ name }) => name === entry))
  const found = named.find(candidate => candidate !== undefined)
  const callable = functions.filter(({ name }) => !name.startsWith('_'))
  return found ?? (callable.length === 1 ? callable[0] : undefined)
}

function noEntry(functions: readonly WasmExport[], entry: string | undefined): Refusal {
  const names = functions.slice(0, 20).map(({ name }) => JSON.stringify(name.slice(0, 100)))
  const list = names.length === 0 ? 'it exports no function' : `it exports ${names.join(', ')}`
  const what = entry === undefined ? 'the module' : JSON.stringify(entry.slice(0, 100))
  return {
    code: 'INVALID_ARGUMENT',
    message: `Cannot call ${what}: ${list}; name one with --entry`,
  }
}

/** As JavaScript passes them: i64 as bigint. */
export function toNative(
  { parameters }: WasmExport,
  args: readonly WasmArgument[],
): (number | bigint)[] {
  return args.map(({ value }, index) =>
    parameters[index] === 'i64' ? BigInt(value) : Number(value),
  )
}

/** JSON text: one value, or a list of several; an i64 beyond the safe integers is text, a function is null. */
export function toText(result: unknown): string {
  if (result === undefined) return ''
  return JSON.stringify(result, (_key, value: unknown) => {
    if (typeof value === 'function') return null
    if (typeof value === 'bigint') return isSafe(value) ? Number(value) : value.toString()
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
    return value
  })
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
}
