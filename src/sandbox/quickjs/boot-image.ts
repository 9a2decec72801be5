/** Boots the engine once, at build time, and takes the memory image that every worker starts from. */
import { ExecutionError } from '../../errors.ts'
import type { QuickJsExports } from './exports.ts'
import { vmImports } from './imports.ts'
import { findRandomState } from './random-state.ts'
import {
  evaluate,
  type Image,
  instantiate,
  pageBytes,
  type Prelude,
  readString,
  type Value,
} from './vm.ts'

const maxStackBytes = 512 * 1024
const bootFuel = 1n << 60n
const bootTime = Date.UTC(2026, 0, 1)
const encoder = new TextEncoder()

/** Same module, same prelude, same image: the clock stands still and chance gives zeros. */
export function takeImage(module: WebAssembly.Module, preludeSource: string): Image {
  const imports = vmImports({
    now: () => bootTime,
    random: () => {},
    interrupt: () => {},
    bridge: () => '',
    resolveModule: () => undefined,
    loadModule: () => undefined,
  })
  const native = instantiate(module, imports)
  native.fuel.value = bootFuel
  native.maxPages.value = native.memory.buffer.byteLength / pageBytes + 64
  // oxlint-disable-next-line no-underscore-dangle -- the name WASI gives it
  native.call._initialize()
  if (native.call.qjs_init() !== 0) throw broken('it did not start')
  native.call.qjs_set_max_stack_size(maxStackBytes)
  native.call.qjs_set_interrupt_handler(1)
  native.call.qjs_set_module_loader(1)
  const prelude = evaluatePrelude(native, preludeSource)
  const randomState = findRandomState(native.memory, () => {
    evaluateScript(native, 'Math.random()')
  })
  const bytes = new Uint8Array(native.memory.buffer.slice(0, native.pages.value * pageBytes))
  return { bytes, stackPointer: native.stackPointer.value, randomState, prelude }
}

function evaluateScript(native: QuickJsExports, source: string): Value {
  const result = evaluate(native, { source, fileName: '<sandbox>', flags: 0 })
  if (native.call.qjs_is_exception(result) === 0) return result
  const exception = native.call.qjs_get_exception()
  throw broken(readString(native, exception))
}

function evaluatePrelude(native: QuickJsExports, source: string): Prelude {
  const { call } = native
  const name = newName(native, '__bridge')
  const bridge = call.qjs_new_host_function(name.pointer, name.length, 0)
  call.qjs_set_prop_string(call.qjs_get_global(), name.pointer, bridge)
  const exported = evaluateScript(native, source)
  const find = (property: string): Value =>
    call.qjs_get_prop_string(exported, newName(native, property).pointer)
  return {
    begin: find('begin'),
    deliver: find('deliver'),
    describe: find('describe'),
    encode: find('encode'),
    fireNext: find('fireNext'),
    follow: find('follow'),
    makeError: find('makeError'),
    nextDue: find('nextDue'),
  }
}

/** A zero-terminated name that stays for as long as the instance does. */
function newName(
  { call, memory }: QuickJsExports,
  text: string,
): { pointer: number; length: number } {
  const bytes = encoder.encode(`${text}\0`)
  const pointer = call.wasm_malloc(bytes.length)
  new Uint8Array(memory.buffer, pointer, bytes.length).set(bytes)
  return { pointer, length: bytes.length - 1 }
}

function broken(how: string): ExecutionError {
  return new ExecutionError(
    'INTERNAL',
    `Cannot start the QuickJS engine: ${how}; build the project again`,
  )
}
