/** Values on their way out, as JSON text. What JSON cannot say is said honestly, by the rules of docs/reference/sandbox.md. */
import {
  ArrayBufferOf,
  bigintToString,
  create,
  define,
  ErrorOf,
  getPrototypeOf,
  hasInstance,
  includes,
  isArray,
  isFiniteNumber,
  isView,
  mapForEach,
  MapOf,
  objectPrototype,
  PromiseOf,
  regExpToString,
  RegExpOf,
  setForEach,
  SetOf,
  stringify,
  toBase64,
  toText,
  TypeErrorOf,
  Uint8ArrayOf,
  weakMapGet,
  WeakMapOf,
  weakMapSet,
} from './intrinsics.ts'

type Replacer = (this: unknown, key: string, value: unknown) => unknown

/** JSON text of any value; empty for undefined. */
export function encode(value: unknown): string {
  return encodeWith(value, replaceValue) ?? ''
}

/** JSON text of what goes to a tool: numbers stay numbers, bytes become base64 text. */
export function encodeArguments(value: unknown): string {
  return encodeWith(value, replaceArgument) ?? 'null'
}

/** What maps, sets and errors became while one value is encoded: JSON sees a cycle only where it meets the same object again. */
let converted: WeakMap<object, object> | undefined

function encodeWith(value: unknown, replacer: Replacer): string | undefined {
  // A `toJSON` of the program may log, which encodes another value in between.
  const outer = converted
  converted = undefined
  try {
    return stringify(value, replacer)
  } catch (error) {
    if (!isCircular(error)) throw error
    return stringify(value, cutCycles(replacer))
  } finally {
    converted = outer
  }
}

function isCircular(error: unknown): boolean {
  return hasInstance(TypeErrorOf, error) && includes(toText(error), 'circular')
}

function replaceValue(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return bigintToString(value)
  if (typeof value === 'number') return isFiniteNumber(value) ? value : toText(value)
  return typeof value === 'object' && value !== null ? plain(value, asBlob) : value
}

function replaceArgument(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return safeInteger(value)
  if (typeof value === 'number' && !isFiniteNumber(value)) {
    throw new TypeErrorOf(`Cannot send ${toText(value)} to a tool: JSON has no such number`)
  }
  return typeof value === 'object' && value !== null ? plain(value, toBase64) : value
}

function safeInteger(value: bigint): number {
  if (value > 9007199254740991n || value < -9007199254740991n) {
    throw new TypeErrorOf(`Cannot send ${bigintToString(value)}n to a tool: send it as text`)
  }
  return +bigintToString(value)
}

/** Arrays and plain objects stay as they are; JSON has already asked `toJSON`. */
function plain(value: object, bytes: (view: Uint8Array) => unknown): unknown {
  if (isArray(value)) return value
  if (isView(value)) {
    return bytes(new Uint8ArrayOf(value.buffer, value.byteOffset, value.byteLength))
  }
  // Most objects are plain, and an instance of nothing below.
  if (getPrototypeOf(value) === objectPrototype) return value
  if (hasInstance(ArrayBufferOf, value)) return bytes(bytesOf(value))
  if (hasInstance(MapOf, value)) return once(value, fromMap)
  if (hasInstance(SetOf, value)) return once(value, fromSet)
  if (hasInstance(ErrorOf, value)) return once(value, fromError)
  if (hasInstance(RegExpOf, value)) return regExpToString(value)
  return hasInstance(PromiseOf, value) ? '[Promise: await it]' : value
}

function bytesOf(value: object): Uint8Array {
  // The instance check above is what makes this a buffer; a liar makes the constructor throw.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return new Uint8ArrayOf(value as ArrayBuffer)
}

function asBlob(view: Uint8Array): unknown {
  return { type: 'blob', mimeType: 'application/octet-stream', data: toBase64(view) }
}

function once(value: object, convert: (value: object) => object): object {
  converted ??= new WeakMapOf()
  const known = weakMapGet(converted, value)
  if (known !== undefined) return known
  const made = convert(value)
  weakMapSet(converted, value, made)
  return made
}

/** An object if every key is text, else a list of pairs. */
function fromMap(map: object): object {
  const object: object = create(null)
  const pairs: unknown[] = []
  let onlyText = true
  mapForEach(map, (value, key) => {
    if (typeof key === 'string') define(object, key, value)
    else onlyText = false
    define(pairs, toText(pairs.length), [key, value])
  })
  return onlyText ? object : pairs
}

function fromSet(values: object): object {
  const list: unknown[] = []
  setForEach(values, value => {
    define(list, toText(list.length), value)
  })
  return list
}

function fromError(error: object): object {
  const { name, message, cause }: { name?: unknown; message?: unknown; cause?: unknown } = error
  return cause === undefined ? { name, message } : { name, message, cause }
}

/** The same replacer, answering "[Circular]" where a value contains itself. */
function cutCycles(replacer: Replacer): Replacer {
  const ancestors: Record<number, unknown> = create(null)
  let depth = 0
  return function cut(this: unknown, key: string, value: unknown): unknown {
    while (depth > 0 && ancestors[depth - 1] !== this) depth -= 1
    const replaced: unknown = replacer.call(this, key, value)
    if (typeof replaced !== 'object' || replaced === null) return replaced
    for (let index = 0; index < depth; index += 1) {
      if (ancestors[index] === replaced) return '[Circular]'
    }
    ancestors[depth] = replaced
    depth += 1
    return replaced
  }
}
