/** The functions of quickjs.wasm that we call, checked once per instance. Values are pointers to boxed QuickJS values. */
import { ExecutionError } from '../../errors.ts'
import { injectedNames } from '../metering/index.ts'

type Native = (...args: readonly number[]) => number

const functionNames = [
  '_initialize',
  'qjs_init',
  'qjs_eval',
  'qjs_new_string',
  'qjs_get_string_len',
  'qjs_free_cstring',
  'qjs_free_value',
  'qjs_get_float64',
  'qjs_is_exception',
  'qjs_is_undefined',
  'qjs_get_exception',
  'qjs_get_undefined',
  'qjs_get_global',
  'qjs_get_prop_string',
  'qjs_set_prop_string',
  'qjs_call',
  'qjs_throw',
  'qjs_new_host_function',
  'qjs_promise_state',
  'qjs_promise_result',
  'qjs_is_job_pending',
  'qjs_execute_pending_job',
  'qjs_set_max_stack_size',
  'qjs_set_interrupt_handler',
  'qjs_set_module_loader',
  'wasm_malloc',
  'wasm_free',
] as const

const stackPointerName = '__stack_pointer'

export type FunctionName = (typeof functionNames)[number]

export interface QuickJsExports {
  readonly call: Readonly<Record<FunctionName, Native>>
  readonly memory: WebAssembly.Memory
  readonly stackPointer: WebAssembly.Global<'i32'>
  readonly fuel: WebAssembly.Global<'i64'>
  readonly pages: WebAssembly.Global<'i32'>
  readonly maxPages: WebAssembly.Global<'i32'>
  readonly denied: WebAssembly.Global<'i32'>
}

/** Finds them all in an instance, or says which is missing. */
export function readExports(instance: WebAssembly.Instance): QuickJsExports {
  const { exports } = instance
  const call = Object.fromEntries(
    functionNames.map(name => [name, expectFunction(exports[name], name)]),
  )
  if (!hasAll(call) || !(exports.memory instanceof WebAssembly.Memory)) throw unlike('memory')
  return {
    call,
    memory: exports.memory,
    stackPointer: expectGlobal(exports[stackPointerName], stackPointerName),
    fuel: expectGlobal(exports[injectedNames.fuel], injectedNames.fuel),
    pages: expectGlobal(exports[injectedNames.pages], injectedNames.pages),
    maxPages: expectGlobal(exports[injectedNames.maxPages], injectedNames.maxPages),
    denied: expectGlobal(exports[injectedNames.denied], injectedNames.denied),
  }
}

function hasAll(call: Record<string, Native>): call is Record<FunctionName, Native> {
  return functionNames.every(name => name in call)
}

function expectFunction(value: unknown, name: string): Native {
  if (typeof value !== 'function') throw unlike(name)
  // An exported function of a module we built ourselves: numbers in, a number out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as Native
}

function expectGlobal<T extends keyof WebAssembly.ValueTypeMap>(
  value: unknown,
  name: string,
): WebAssembly.Global<T> {
  if (!(value instanceof WebAssembly.Global)) throw unlike(name)
  // Its type is the one our rewriter, or the pinned module, gave it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as WebAssembly.Global<T>
}

function unlike(name: string): ExecutionError {
  return new ExecutionError(
    'INTERNAL',
    `Cannot start the QuickJS engine: "${name}" is missing; build the project again`,
  )
}
