/** The twelve functions quickjs.wasm imports: clock, random, module loading, and the one bridge. Nothing else is reachable. */
import type { Instance } from './vm.ts'

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
  readonly attach: (instance: Instance) => void
  readonly instance: () => Instance
}

const success = 0
const badFile = 8
const notSupported = 52

export function vmImports(host: VmHost): VmImports {
  let attached: Instance | undefined
  return {
    host,
    attach: instance => {
      attached = instance
    },
    instance: () => {
      if (attached === undefined) throw new Error('The engine called out before it was attached')
      return attached
    },
  }
}

export function createImports(imports: VmImports): WebAssembly.Imports {
  return { env: environment(imports), wasi_snapshot_preview1: wasi(imports) }
}

function environment({ host, instance }: VmImports): WebAssembly.ModuleImports {
  return {
    // (name, its length, this, argument count, argument list)
    host_call: (...args: readonly number[]) => {
      const { texts } = instance()
      return texts.make(host.bridge(texts.readList(args[3] ?? 0, args[4] ?? 0)))
    },
    host_interrupt: () => {
      host.interrupt()
      return 0
    },
    host_promise_rejection: (promise: number, reason: number) => {
      const { call } = instance().native
      call.qjs_free_value(promise)
      call.qjs_free_value(reason)
    },
    host_module_normalize: (from: number, specifier: number) => {
      const { texts } = instance()
      const path = host.resolveModule(texts.readTerminated(from), texts.readTerminated(specifier))
      return path === undefined ? 0 : texts.write(path).pointer
    },
    host_module_load: (path: number, lengthAt: number) => {
      const { texts } = instance()
      const source = host.loadModule(texts.readTerminated(path))
      if (source === undefined) return 0
      const { pointer, length } = texts.write(source)
      texts.setWord(lengthAt, length)
      return pointer
    },
    host_get_timezone_offset: () => 0,
  }
}

function wasi({ host, instance }: VmImports): WebAssembly.ModuleImports {
  return {
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      const nanoseconds = BigInt(Math.floor(host.now())) * 1_000_000n
      new DataView(instance().native.memory.buffer).setBigUint64(at, nanoseconds, true)
      return success
    },
    random_get: (at: number, length: number) => {
      host.random(new Uint8Array(instance().native.memory.buffer, at, length))
      return success
    },
    fd_write: () => badFile,
    fd_close: () => badFile,
    fd_fdstat_get: () => badFile,
    fd_seek: () => notSupported,
  }
}
