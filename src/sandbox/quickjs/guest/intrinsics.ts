/* oxlint-disable typescript/unbound-method -- taking methods off their prototypes is what this file is for */
/**
 * What the prelude uses, taken before any program runs: a program may poison every prototype, and the prelude must not
 * notice. Nothing here is reached through a prototype afterwards.
 */

/** A method as a function whose first argument is `this`. */
type Uncurried<Args extends readonly unknown[], Result> = (self: unknown, ...args: Args) => Result

const { bind, call } = Function.prototype

function uncurry<Args extends readonly unknown[], Result>(
  method: (...args: Args) => Result,
): Uncurried<Args, Result> {
  // `bind.bind(call)(method)` is the one way to take a method off a prototype that later changes cannot reach.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return bind.bind(call)(method) as Uncurried<Args, Result>
}

/** What reading an accessor runs. */
function getterOf(owner: object, name: string): () => unknown {
  const getter = Object.getOwnPropertyDescriptor(owner, name)?.get
  if (getter === undefined) throw new Error(`The engine has no accessor ${name}`)
  return getter
}

/** A built-in newer than our type library. */
function newer<Args extends readonly unknown[], Result>(
  owner: object,
  name: string,
): (...args: Args) => Result {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Reflect.get(owner, name) as (...args: Args) => Result
}

export const parse: (text: string) => unknown = JSON.parse
export const stringify: (
  value: unknown,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
) => string | undefined = JSON.stringify
export const PromiseOf: PromiseConstructor = Promise
export const ErrorOf: ErrorConstructor = Error
export const TypeErrorOf: TypeErrorConstructor = TypeError
export const SyntaxErrorOf: SyntaxErrorConstructor = SyntaxError
export const RangeErrorOf: RangeErrorConstructor = RangeError
export const MapOf: MapConstructor = Map
export const SetOf: SetConstructor = Set
export const WeakMapOf: WeakMapConstructor = WeakMap
export const RegExpOf: RegExpConstructor = RegExp
export const Uint8ArrayOf: Uint8ArrayConstructor = Uint8Array
export const ArrayBufferOf: ArrayBufferConstructor = ArrayBuffer
export const toText: StringConstructor = String
export const toNumber: NumberConstructor = Number
export const isArray: (value: unknown) => value is readonly unknown[] = Array.isArray
export const isView: (value: unknown) => value is ArrayBufferView = ArrayBuffer.isView
export const isFiniteNumber: (value: unknown) => boolean = Number.isFinite
export const dateNow: () => number = Date.now
export const create: typeof Object.create = Object.create
export const getPrototypeOf: (value: object) => unknown = Object.getPrototypeOf
export const objectPrototype: unknown = Object.prototype
export const keys: typeof Object.keys = Object.keys
export const reflectApply: typeof Reflect.apply = Reflect.apply

export const deleteProperty: typeof Reflect.deleteProperty = Reflect.deleteProperty

const { defineProperty } = Object

/** Plain assignment would run setters a program may have put on a prototype, and a plain descriptor has one as well. */
export function define(object: object, key: string, value: unknown): void {
  defineProperty(object, key, descriptorOf(value, true))
}

/** As built-in properties are: not listed, not written. */
export function defineHidden(object: object, key: string, value: unknown): void {
  defineProperty(object, key, descriptorOf(value, false))
}

function descriptorOf(value: unknown, isPlain: boolean): PropertyDescriptor {
  const descriptor: PropertyDescriptor = create(null)
  descriptor.value = value
  descriptor.writable = isPlain
  descriptor.enumerable = isPlain
  descriptor.configurable = true
  return descriptor
}

export const hasInstance: Uncurried<[unknown], boolean> = uncurry(
  Function.prototype[Symbol.hasInstance],
)
export const promiseThen: Uncurried<
  [((value: unknown) => unknown) | undefined, ((reason: unknown) => unknown)?],
  unknown
> = uncurry(Promise.prototype.then)
export const stackOf: Uncurried<[], unknown> = uncurry(getterOf(Error.prototype, 'stack'))
export const mapForEach: Uncurried<[(value: unknown, key: unknown) => void], void> = uncurry(
  Map.prototype.forEach,
)
export const setForEach: Uncurried<[(value: unknown) => void], void> = uncurry(
  Set.prototype.forEach,
)
export const substring: Uncurried<[number, number], string> = uncurry(String.prototype.substring)
export const includes: Uncurried<[string], boolean> = uncurry(String.prototype.includes)
export const bigintToString: Uncurried<[], string> = uncurry(BigInt.prototype.toString)
export const regExpToString: Uncurried<[], string> = uncurry(RegExp.prototype.toString)
export const weakMapGet: Uncurried<[object], object | undefined> = uncurry(WeakMap.prototype.get)
export const weakMapSet: Uncurried<[object, object], unknown> = uncurry(WeakMap.prototype.set)
export const weakSetAdd: Uncurried<[object], unknown> = uncurry(WeakSet.prototype.add)
export const weakSetHas: Uncurried<[object], boolean> = uncurry(WeakSet.prototype.has)
export const toBase64: Uncurried<[], string> = uncurry(newer(Uint8Array.prototype, 'toBase64'))
export const fromBase64: (text: string) => Uint8Array = newer<[string], Uint8Array>(
  Uint8Array,
  'fromBase64',
).bind(Uint8Array)
