/** Runs WebAssembly modules for a session: the same host functions, limits and records as programs have. */
import { type Limits, type Outcome, parseWasmArgument, type WasmEngine } from '../sandbox/index.ts'
import type { ExecuteOptions } from './code-executor.ts'

export interface ModuleOptions extends ExecuteOptions {
  /** The exported function to call; `_start`, `main`, `run` or the only one without it. */
  readonly entry?: string | undefined
  /** `i32:2`, `f64:0.5`, … */
  readonly args?: readonly string[] | undefined
}

export type { WasmExport } from '../sandbox/index.ts'

type Host = Parameters<WasmEngine['run']>[1]['host']

export async function runModule(
  engine: WasmEngine,
  bytes: Uint8Array,
  options: ModuleOptions & { readonly limits: Limits; readonly host: Host },
): Promise<Outcome> {
  const { limits, host, entry, args = [], signal, fileName } = options
  return await engine.run(bytes, {
    limits,
    host,
    args: args.map(parseWasmArgument),
    ...(entry !== undefined && { entry }),
    ...(signal && { signal }),
    ...(fileName !== undefined && { fileName }),
  })
}
