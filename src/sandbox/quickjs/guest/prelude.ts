/**
 * What every program finds in its world, evaluated once in the engine before its memory image is taken. Answers the few
 * functions the worker calls; no program can reach those.
 */
import { deliver, setInFlightLimit } from './calls.ts'
import { structuredClone } from './clone.ts'
import { guestConsole } from './console.ts'
import { encode } from './encode.ts'
import { describe, fromHost, ToolError } from './errors.ts'
import * as functions from './functions.ts'
import { bridge } from './host.ts'
import { dateNow, promiseThen, SyntaxErrorOf, toNumber, toText, TypeErrorOf } from './intrinsics.ts'
import { URLSearchParams } from './search-params.ts'
import { TextDecoder, TextEncoder } from './text-coding.ts'
import { clearTimer, fireNext, nextDue, setRepeating, setTimer } from './timers.ts'
import { URL } from './url.ts'

let startedAt = dateNow()

const timing = Object.freeze({
  now: (): number => dateNow() - startedAt,
  get timeOrigin(): number {
    return startedAt
  },
})

const guestCrypto = Object.freeze({
  getRandomValues<T extends ArrayBufferView>(view: T): T {
    if (view.byteLength > 65_536) throw new RangeError('At most 65536 random bytes at once')
    const target = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    const hex = bridge('random', toText(target.length))
    for (let index = 0; index < target.length; index += 1) {
      target[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)
    }
    return view
  },
  randomUUID(): string {
    const bytes = [...guestCrypto.getRandomValues(new Uint8Array(16))]
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  },
})

const { results, ...hostFunctions } = functions

const globals: Readonly<Record<string, unknown>> = {
  ...hostFunctions,
  results,
  ToolError,
  console: guestConsole,
  performance: timing,
  crypto: guestCrypto,
  structuredClone,
  URL,
  URLSearchParams,
  TextEncoder,
  TextDecoder,
  setTimeout: (run: unknown, delay?: unknown, ...values: unknown[]) => setTimer(run, delay, values),
  setInterval: (run: unknown, delay?: unknown, ...values: unknown[]) =>
    setRepeating(run, delay, values),
  setImmediate: (run: unknown, ...values: unknown[]) => setTimer(run, 0, values),
  clearTimeout: clearTimer,
  clearInterval: clearTimer,
  clearImmediate: clearTimer,
}

for (const [name, value] of Object.entries(globals)) {
  if (typeof value === 'function') Object.freeze(value)
  Object.defineProperty(globalThis, name, { value, writable: false, configurable: false })
}
for (const name of ['SharedArrayBuffer', 'Atomics', 'WebAssembly']) {
  Reflect.deleteProperty(globalThis, name)
}

hideFunctions()

/** Call sites name what runs, our own functions too; a program shall not get at those. */
function hideFunctions(): void {
  const described = Error as { prepareStackTrace?: unknown }
  described.prepareStackTrace = (_error: unknown, [site]: readonly object[]) => {
    if (site !== undefined) Reflect.deleteProperty(Object.getPrototypeOf(site), 'getFunction')
    return ''
  }
  if (new Error('site').stack !== '') throw new Error('The engine gave no call sites')
  described.prepareStackTrace = undefined
}

/** Everything below is called by the worker, with text. */
export { deliver, describe, encode, fireNext, nextDue }

/** At the start of a run; after the limit come names and JSON texts of the run's own globals, in turn. */
export function begin(inFlight: string, ...globalTexts: readonly string[]): void {
  startedAt = dateNow()
  setInFlightLimit(toNumber(inFlight))
  for (let index = 0; index + 1 < globalTexts.length; index += 2) {
    const value: unknown = JSON.parse(globalTexts[index + 1] ?? 'null')
    Object.defineProperty(globalThis, globalTexts[index] ?? '', { value, configurable: true })
  }
}

/** Follows a program's module to its value; a default export that is a function is called, if `callIt` says so. */
export function follow(module: unknown, callIt: string): unknown {
  return promiseThen(module, names => {
    const value = readDefault(names)
    return callIt === '1' && typeof value === 'function' ? value() : value
  })
}

/** An error for the engine to throw, made from text. */
export function makeError(name: string, message: string): Error {
  if (name === 'TypeError') return new TypeErrorOf(message)
  if (name === 'SyntaxError') return new SyntaxErrorOf(message)
  return fromHost(`{"message":${JSON.stringify(message)}}`, { server: '', tool: '' })
}

function readDefault(names: unknown): unknown {
  return typeof names === 'object' && names !== null && 'default' in names
    ? names.default
    : undefined
}
