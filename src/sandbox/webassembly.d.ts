/** The part of the WebAssembly JavaScript interface we use; the type library without the DOM lacks it. */
declare namespace WebAssembly {
  interface ValueTypeMap {
    i32: number
    i64: bigint
    f32: number
    f64: number
  }

  class Module {
    constructor(bytes: Uint8Array)
    static exports(module: Module): { readonly name: string; readonly kind: string }[]
    static imports(
      module: Module,
    ): { readonly module: string; readonly name: string; readonly kind: string }[]
  }

  type ModuleImports = Record<string, unknown>
  type Imports = Record<string, ModuleImports>

  class Instance {
    constructor(module: Module, imports?: Imports)
    readonly exports: Readonly<Record<string, unknown>>
  }

  class Memory {
    private constructor()
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }

  class Global<T extends keyof ValueTypeMap = keyof ValueTypeMap> {
    private constructor()
    value: ValueTypeMap[T]
  }

  class RuntimeError extends Error {}
  class CompileError extends Error {}
  class LinkError extends Error {}

  function validate(bytes: Uint8Array): boolean
}
