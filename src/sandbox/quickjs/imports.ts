/** The twelve functions quickjs.wasm imports: clock, random, module loading, and the one bridge. Nothing else is reachable. */
import type { QuickJsExports } from './exports.ts'

/** What the worker supplies; arguments are text. */
export interface VmHost {
  /** Milliseconds since 1970. */
  now(): number
  random(bytes: Uint8Array): void
  /** Throws to stop the run. */
  interrupt(): void
  /** The bridge of the prelude. */
  bridge(args: readonly string[]): string
  /** The absolute path a specifier means; undefined after it raised an error inside. */
  resolveModule(from: string, specifier: string): string | undefined
  loadModule(path: string): string | undefined
}

/** The imports before there is an instance: `attach` gives them one. */
export interface VmImports {
  readonly host: VmHost
  readonly attach: (native: QuickJsExports) => void
  readonly native: () => QuickJsExports
}

const success = 0
const badFile = 8
const notSupported = 52

const decoder = new TextDecoder()

export function vmImports(host: VmHost): VmImports {
  let attached: QuickJsExports | undefined
  return {
    host,
    attach: native => {
      attached = native
    },
    native: () => {
      if (attached === undefined) throw new Error('The engine called out before it was attached')
      return attached
    },
  }
}

export function createImports(imports: VmImports): WebAssembly.Imports {
  return { env: environment(imports), wasi_snapshot_preview1: wasi(imports) }
}

function environment({ host, native }: VmImports): WebAssembly.ModuleImports {
  return {
    // (name, its length, this, argument count, argument list)
    host_call: (...args: readonly number[]) =>
      hostCall({ host, native: native(), count: args[3] ?? 0, list: args[4] ?? 0 }),
    host_interrupt: () => {
      host.interrupt()
      return 0
    },
    host_promise_rejection: (promise: number, reason: number) => {
      native().call.qjs_free_value(promise)
      native().call.qjs_free_value(reason)
    },
    host_module_normalize: (from: number, specifier: number) => {
      const { memory } = native()
      const path = host.resolveModule(readCString(memory, from), readCString(memory, specifier))
      return path === undefined ? 0 : writeText(native(), path).pointer
    },
    host_module_load: (path: number, lengthAt: number) => {
      const source = host.loadModule(readCString(native().memory, path))
      if (source === undefined) return 0
      const { pointer, length } = writeText(native(), source)
      new DataView(native().memory.buffer).setUint32(lengthAt, length, true)
      return pointer
    },
    host_get_timezone_offset: () => 0,
  }
}

/** Reads the arguments as text, answers a new string that now belongs to the engine. */
function hostCall({
  host,
  native,
  count,
  list,
}: {
  host: VmHost
  native: QuickJsExports
  count: number
  list: number
}): number {
  const { call, memory } = native
  const args: string[] = []
  for (let index = 0; index < count; index += 1) {
    const value = new DataView(memory.buffer).getUint32(list + index * 4, true)
    args.push(readArgument(native, value))
  }
  const { pointer, length } = writeText(native, host.bridge(args))
  const answer = call.qjs_new_string(pointer, length)
  call.wasm_free(pointer)
  return answer
}

function readArgument({ call, memory }: QuickJsExports, value: number): string {
  const lengthAt = call.wasm_malloc(4)
  const text = lengthAt === 0 ? 0 : call.qjs_get_string_len(value, lengthAt)
  if (text === 0) return ''
  const length = new DataView(memory.buffer).getUint32(lengthAt, true)
  const decoded = decoder.decode(new Uint8Array(memory.buffer, text, length))
  call.qjs_free_cstring(text)
  call.wasm_free(lengthAt)
  return decoded
}

function readCString(memory: WebAssembly.Memory, pointer: number): string {
  const bytes = new Uint8Array(memory.buffer)
  const end = bytes.indexOf(0, pointer)
  return decoder.decode(bytes.subarray(pointer, end === -1 ? pointer : end))
}

/** Text in memory of the engine, zero-terminated; the caller or the engine frees it. */
function writeText(
  { call, memory }: QuickJsExports,
  text: string,
): { pointer: number; length: number } {
  const bytes = Buffer.from(text, 'utf8')
  const pointer = call.wasm_malloc(bytes.length + 1)
  if (pointer === 0) return { pointer: call.wasm_malloc(1), length: 0 }
  const target = new Uint8Array(memory.buffer, pointer, bytes.length + 1)
  target.set(bytes)
  target[bytes.length] = 0
  return { pointer, length: bytes.length }
}

function wasi({ host, native }: VmImports): WebAssembly.ModuleImports {
  return {
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      const nanoseconds = BigInt(Math.floor(host.now())) * 1_000_000n
      new DataView(native().memory.buffer).setBigUint64(at, nanoseconds, true)
      return success
    },
    random_get: (at: number, length: number) => {
      host.random(new Uint8Array(native().memory.buffer, at, length))
      return success
    },
    fd_write: () => badFile,
    fd_close: () => badFile,
    fd_fdstat_get: () => badFile,
    fd_seek: () => notSupported,
  }
}
