/** What the worker for WebAssembly modules needs beyond the common protocol. */
import type { Signature } from '../metering/index.ts'
import type { Job, Report } from '../worker/protocol.ts'

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64'

export interface WasmArgument {
  readonly type: NumberType
  readonly value: number | bigint
}

/** A function a module offers. */
export interface WasmExport extends Signature {
  readonly name: string
}

/** Rewritten and compiled; threads share its code. */
export interface CompiledModule {
  readonly module: WebAssembly.Module
  readonly minPages: number
  readonly functions: readonly WasmExport[]
}

export interface WasmJob extends Job {
  readonly bytes: Uint8Array | undefined
  readonly compiled: CompiledModule | undefined
  /** Undefined to compile only. */
  readonly call: WasmCall | undefined
}

export interface WasmCall {
  readonly entry: string | undefined
  readonly args: readonly WasmArgument[]
  /** Command line of a WASI program. */
  readonly commandLine: readonly string[]
}

export interface WasmReport extends Report {
  /** Set when it was made in this run. */
  readonly compiled: CompiledModule | undefined
  /** Why the module or the call was refused. */
  readonly refused: Refusal | undefined
}

export interface Refusal {
  readonly code: 'WASM_INVALID' | 'INVALID_ARGUMENT'
  readonly message: string
}
