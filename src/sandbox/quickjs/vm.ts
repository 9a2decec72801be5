/** One QuickJS instance: strings in, strings out, and a memory image that every run starts from. */
import { type QuickJsExports, readExports } from './exports.ts'
import { createImports, type VmImports } from './imports.ts'

/** A pointer to a value inside; worth nothing after the next reset. */
export type Value = number

/** Functions of the prelude that the worker calls. */
export interface Prelude {
  readonly begin: Value
  readonly deliver: Value
  readonly describe: Value
  readonly encode: Value
  readonly fireNext: Value
  readonly follow: Value
  readonly makeError: Value
  readonly nextDue: Value
}

/** The engine right after boot: its whole memory, and what else there is to it. The build makes it (boot-image.ts). */
export interface Image {
  readonly bytes: Uint8Array
  readonly stackPointer: number
  readonly randomState: number
  readonly prelude: Prelude
}

export const pageBytes = 65_536
const moduleFlag = 1
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export class Vm {
  readonly #native: QuickJsExports
  readonly #image: Image

  private constructor(native: QuickJsExports, image: Image) {
    this.#native = native
    this.#image = image
  }

  /** An instance in the state of the image: nothing has to be evaluated. */
  static start(module: WebAssembly.Module, image: Image, imports: VmImports): Vm {
    const native = instantiate(module, imports)
    const missing = image.bytes.length - native.memory.buffer.byteLength
    if (missing > 0) native.memory.grow(Math.ceil(missing / pageBytes))
    const vm = new Vm(native, image)
    vm.reset()
    return vm
  }

  /** Every byte as it was after boot. */
  reset(): void {
    const native = this.#native
    const memory = new Uint8Array(native.memory.buffer)
    const { bytes, stackPointer } = this.#image
    memory.set(bytes)
    memory.fill(0, bytes.length, Math.max(bytes.length, native.pages.value * pageBytes))
    native.stackPointer.value = stackPointer
    native.pages.value = bytes.length / pageBytes
    native.denied.value = 0
  }

  /** Eight bytes that decide what Math.random() will say. */
  seed(bytes: Uint8Array): void {
    new Uint8Array(this.#native.memory.buffer).set(bytes, this.#image.randomState)
  }

  /** What the next run may spend and hold. */
  limit({ fuel, memoryBytes }: { fuel: number; memoryBytes: number }): void {
    const native = this.#native
    const least = this.#image.bytes.length / pageBytes + 16
    native.fuel.value = BigInt(Math.min(fuel, Number.MAX_SAFE_INTEGER))
    native.maxPages.value = Math.max(least, Math.floor(memoryBytes / pageBytes))
  }

  /** Room to tell how a run ended, when it used up what it had. */
  grantReserve(): void {
    const native = this.#native
    native.maxPages.value += 64
    if (native.fuel.value < 10_000_000n) native.fuel.value = 10_000_000n
  }

  get fuelLeft(): number {
    return Number(this.#native.fuel.value)
  }

  get memoryBytes(): number {
    return this.#native.pages.value * pageBytes
  }

  /** What the instance holds, whether the run uses it or not. */
  get reservedBytes(): number {
    return this.#native.memory.buffer.byteLength
  }

  get baseBytes(): number {
    return this.#image.bytes.length
  }

  get wasDeniedMemory(): boolean {
    return this.#native.denied.value !== 0
  }

  /** Runs a module's text; the answer is a promise of its namespace, or an exception. */
  evaluateModule(source: string, fileName: string): Value {
    return evaluate(this.#native, { source, fileName, flags: moduleFlag })
  }

  /** Calls a function of the prelude with values already inside. */
  call(name: keyof Prelude, values: readonly Value[] = []): Value {
    const { call, memory } = this.#native
    const list = values.length === 0 ? 0 : call.wasm_malloc(values.length * 4)
    new Uint32Array(memory.buffer, list, values.length).set(values)
    const result = call.qjs_call(
      this.#image.prelude[name],
      call.qjs_get_undefined(),
      values.length,
      list,
    )
    if (list !== 0) call.wasm_free(list)
    if (result === 0) throw new OutOfMemory()
    return result
  }

  /** Calls a function of the prelude with texts. */
  callWithText(name: keyof Prelude, texts: readonly string[]): Value {
    const values = texts.map(text => this.newString(text))
    const result = this.call(name, values)
    for (const value of values) this.free(value)
    return result
  }

  newString(text: string): Value {
    return newString(this.#native, text)
  }

  readString(value: Value): string {
    return readString(this.#native, value)
  }

  readNumber(value: Value): number {
    return this.#native.call.qjs_get_float64(value)
  }

  free(value: Value): void {
    this.#native.call.qjs_free_value(value)
  }

  isException(value: Value): boolean {
    return this.#native.call.qjs_is_exception(value) !== 0
  }

  takeException(): Value {
    return this.#native.call.qjs_get_exception()
  }

  /** Makes the running native call throw this. */
  raise(name: string, message: string): void {
    this.#native.call.qjs_throw(this.callWithText('makeError', [name, message]))
  }

  /** Runs at most `max` jobs; false once none is left. */
  runJobs(max: number): boolean {
    const { call } = this.#native
    for (let count = 0; count < max; count += 1) {
      if (call.qjs_is_job_pending() === 0) return false
      // A job that fails leaves an exception; promises have already been told.
      if (call.qjs_execute_pending_job() < 0) this.free(this.takeException())
    }
    return true
  }

  promiseState(promise: Value): 'pending' | 'fulfilled' | 'rejected' {
    const state = this.#native.call.qjs_promise_state(promise)
    if (state === 0) return 'pending'
    return state === 1 ? 'fulfilled' : 'rejected'
  }

  promiseResult(promise: Value): Value {
    return this.#native.call.qjs_promise_result(promise)
  }
}

export function newString({ call, memory }: QuickJsExports, text: string): Value {
  const size = text.length * 3
  const pointer = call.wasm_malloc(size + 1)
  if (pointer === 0) throw new OutOfMemory()
  const target = new Uint8Array(memory.buffer, pointer, size)
  const { written } = encoder.encodeInto(text, target)
  const value = call.qjs_new_string(pointer, written)
  call.wasm_free(pointer)
  if (value === 0) throw new OutOfMemory()
  return value
}

export function readString({ call, memory }: QuickJsExports, value: Value): string {
  const lengthAt = call.wasm_malloc(4)
  if (lengthAt === 0) throw new OutOfMemory()
  const text = call.qjs_get_string_len(value, lengthAt)
  if (text === 0) throw new OutOfMemory()
  const length = new DataView(memory.buffer).getUint32(lengthAt, true)
  const decoded = decoder.decode(new Uint8Array(memory.buffer, text, length))
  call.qjs_free_cstring(text)
  call.wasm_free(lengthAt)
  return decoded
}

/** The engine's memory was full when the host needed some of it. */
export function instantiate(module: WebAssembly.Module, imports: VmImports): QuickJsExports {
  const native = readExports(new WebAssembly.Instance(module, createImports(imports)))
  imports.attach(native)
  return native
}

export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory'
}

export function evaluate(
  native: QuickJsExports,
  { source, fileName, flags }: { source: string; fileName: string; flags: number },
): Value {
  const { call, memory } = native
  const write = (text: string): { pointer: number; length: number } => {
    const bytes = encoder.encode(text)
    const pointer = call.wasm_malloc(bytes.length + 1)
    if (pointer === 0) throw new OutOfMemory()
    const target = new Uint8Array(memory.buffer, pointer, bytes.length + 1)
    target.set(bytes)
    target[bytes.length] = 0
    return { pointer, length: bytes.length }
  }
  const code = write(source)
  const name = write(fileName)
  const result = call.qjs_eval(code.pointer, code.length, name.pointer, flags)
  call.wasm_free(code.pointer)
  call.wasm_free(name.pointer)
  return result
}
