/** One QuickJS instance: strings in, strings out, and a memory image that every run starts from. */
import { type QuickJsExports, readExports } from './exports.ts'
import { createImports, type VmImports } from './imports.ts'
import { OutOfMemory, Texts, type Value } from './texts.ts'

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
  /** Memory set aside for texts that cross. */
  readonly scratch: number
  readonly prelude: Prelude
}

export const pageBytes = 65_536
const moduleFlag = 1

export class Vm {
  readonly #native: QuickJsExports
  readonly #texts: Texts
  readonly #image: Image

  private constructor({ native, texts }: Instance, image: Image) {
    this.#native = native
    this.#texts = texts
    this.#image = image
  }

  /** An instance in the state of the image: nothing has to be evaluated. */
  static start(module: WebAssembly.Module, image: Image, imports: VmImports): Vm {
    const instance = instantiate(module, { imports, scratch: image.scratch })
    const { native } = instance
    const missing = image.bytes.length - native.memory.buffer.byteLength
    if (missing > 0) native.memory.grow(Math.ceil(missing / pageBytes))
    const vm = new Vm(instance, image)
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

  /** The eight bytes that decide what Math.random() will say. */
  get randomState(): Uint8Array {
    return new Uint8Array(this.#native.memory.buffer, this.#image.randomState, 8)
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
    return evaluate(
      { native: this.#native, texts: this.#texts },
      { source, fileName, flags: moduleFlag },
    )
  }

  /** Calls a function of the prelude with at most sixteen values already inside. */
  call(name: keyof Prelude, values: readonly Value[] = []): Value {
    const { call } = this.#native
    const list = values.length === 0 ? 0 : this.#texts.list(values)
    const prelude = this.#image.prelude[name]
    const result = call.qjs_call(prelude, call.qjs_get_undefined(), values.length, list)
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
    return this.#texts.make(text)
  }

  readString(value: Value): string {
    const text = this.#texts.read(value)
    if (text === undefined) throw new OutOfMemory()
    return text
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

/** An instance, and how text gets in and out of it. */
export interface Instance {
  readonly native: QuickJsExports
  readonly texts: Texts
}

/** Texts cross once there is memory set aside for them, at `scratch`. */
export function instantiate(
  module: WebAssembly.Module,
  { imports, scratch }: { imports: VmImports; scratch: number },
): Instance {
  const native = readExports(new WebAssembly.Instance(module, createImports(imports)))
  const instance = { native, texts: new Texts(native, scratch) }
  imports.attach(instance)
  return instance
}

export function evaluate(
  { native: { call }, texts }: Instance,
  { source, fileName, flags }: { source: string; fileName: string; flags: number },
): Value {
  const code = texts.write(source)
  const name = texts.write(fileName)
  const result = call.qjs_eval(code.pointer, code.length, name.pointer, flags)
  call.wasm_free(code.pointer)
  call.wasm_free(name.pointer)
  return result
}
