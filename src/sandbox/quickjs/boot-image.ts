/** Boots the engine once, at build time, and takes the memory image that every worker starts from. */
import { ExecutionError } from '../../errors.ts'
import { vmImports } from './imports.ts'
import { findRandomState } from './random-state.ts'
import { scratchBytes, Texts, type Value } from './texts.ts'
import { evaluate, type Image, type Instance, instantiate, pageBytes, type Prelude } from './vm.ts'

const maxStackBytes = 512 * 1024
const bootFuel = 1n << 60n
const bootTime = Date.UTC(2026, 0, 1)

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
  const { native } = instantiate(module, { imports, scratch: 0 })
  native.fuel.value = bootFuel
  native.maxPages.value = native.memory.buffer.byteLength / pageBytes + 64
  // oxlint-disable-next-line no-underscore-dangle -- the name WASI gives it
  native.call._initialize()
  const scratch = native.call.wasm_malloc(scratchBytes)
  const instance = { native, texts: new Texts(native, scratch) }
  imports.attach(instance)
  if (native.call.qjs_init() !== 0) throw broken('it did not start')
  native.call.qjs_set_max_stack_size(maxStackBytes)
  native.call.qjs_set_interrupt_handler(1)
  native.call.qjs_set_module_loader(1)
  const prelude = evaluatePrelude(instance, preludeSource)
  const randomState = findRandomState(native.memory, () => {
    evaluateScript(instance, 'Math.random()')
  })
  const bytes = new Uint8Array(native.memory.buffer.slice(0, native.pages.value * pageBytes))
  return { bytes, stackPointer: native.stackPointer.value, randomState, scratch, prelude }
}

function evaluateScript(instance: Instance, source: string): Value {
  const { call } = instance.native
  const result = evaluate(instance, { source, fileName: '<sandbox>', flags: 0 })
  if (call.qjs_is_exception(result) === 0) return result
  throw broken(instance.texts.read(call.qjs_get_exception()) ?? 'it threw')
}

function evaluatePrelude(instance: Instance, source: string): Prelude {
  const {
    native: { call },
    texts,
  } = instance
  const name = texts.write('__bridge')
  const bridge = call.qjs_new_host_function(name.pointer, name.length, 0)
  call.qjs_set_prop_string(call.qjs_get_global(), name.pointer, bridge)
  const exported = evaluateScript(instance, source)
  const find = (property: string): Value =>
    call.qjs_get_prop_string(exported, texts.write(property).pointer)
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

function broken(how: string): ExecutionError {
  return new ExecutionError(
    'INTERNAL',
    `Cannot start the QuickJS engine: ${how}; build the project again`,
  )
}
