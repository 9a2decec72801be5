/** A module's imports resolved against what we offer, and its instance with our meters at hand. */
import { injectedNames } from '../metering/index.ts'
import type { Refusal } from './messages.ts'

type Native = (...args: readonly never[]) => unknown

export interface Offered {
  readonly env: ReadonlyMap<string, Native>
  readonly wasi: ReadonlyMap<string, Native>
  /** Runs before each of them. */
  readonly beforeCall: () => void
}

const pageBytes = 65_536
const hostCallCost = 2000n

/** Only functions we have can be imported; the names come from the module, so they are looked up in maps. */
export function linkImports(
  module: WebAssembly.Module,
  { env, wasi, beforeCall }: Offered,
): { readonly imports: WebAssembly.Imports } | Refusal {
  const modules = new Map([
    ['env', env],
    ['mcp', env],
    ['wasi_snapshot_preview1', wasi],
  ])
  const imports: WebAssembly.Imports = Object.create(null)
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const offered = kind === 'function' ? modules.get(from)?.get(name) : undefined
    if (offered === undefined) return unknownImport(from, name, modules.get(from))
    imports[from] ??= Object.create(null)
    const target = imports[from]
    if (target !== undefined) {
      target[name] = (...args: readonly never[]): unknown => {
        beforeCall()
        return offered(...args)
      }
    }
  }
  return { imports }
}

function unknownImport(
  from: string,
  name: string,
  offered: ReadonlyMap<string, unknown> | undefined,
): Refusal {
  const wanted = JSON.stringify(`${from}.${name}`.slice(0, 200))
  const names =
    offered === undefined
      ? 'modules "env" and "wasi_snapshot_preview1"'
      : [...offered.keys()].join(', ')
  return {
    code: 'WASM_INVALID',
    message: `Cannot run the WebAssembly module: it imports ${wanted}, which there is not; there is ${names}`,
  }
}

export class Guest {
  readonly #exports: Readonly<Record<string, unknown>>
  readonly #fuel: WebAssembly.Global<'i64'>
  readonly #pages: WebAssembly.Global<'i32'>
  readonly #maxPages: WebAssembly.Global<'i32'>

  constructor({ exports }: WebAssembly.Instance) {
    this.#exports = exports
    this.#fuel = meter(exports[injectedNames.fuel])
    this.#pages = meter(exports[injectedNames.pages])
    this.#maxPages = meter(exports[injectedNames.maxPages])
  }

  get memory(): WebAssembly.Memory | undefined {
    const { memory } = this.#exports
    return memory instanceof WebAssembly.Memory ? memory : undefined
  }

  get fuelLeft(): number {
    return Number(this.#fuel.value)
  }

  get memoryBytes(): number {
    return this.#pages.value * pageBytes
  }

  /** Leaving the module costs more than any instruction of it. */
  chargeCall(): void {
    this.#fuel.value -= hostCallCost
  }

  /** Fills the meters; only then may anything of the module run. */
  grant({ fuel, memoryBytes }: { fuel: number; memoryBytes: number }): void {
    this.#fuel.value = BigInt(fuel)
    this.#maxPages.value = Math.floor(memoryBytes / pageBytes)
  }

  /** What runs before the entry: the module's own start function, and a reactor's. */
  start(): void {
    const start = this.#exports[injectedNames.start]
    if (typeof start === 'function') start()
    const initialize = this.#exports['_initialize']
    if (typeof initialize === 'function' && initialize.length === 0) initialize()
  }

  call(name: string, args: readonly (number | bigint)[]): unknown {
    const entry = this.#exports[name]
    const result: unknown = typeof entry === 'function' ? entry(...args) : undefined
    return result
  }
}

function meter<T extends keyof WebAssembly.ValueTypeMap>(value: unknown): WebAssembly.Global<T> {
  if (!(value instanceof WebAssembly.Global)) throw new Error('The module was not rewritten')
  // Its type is the one our rewriter gave it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as WebAssembly.Global<T>
}
