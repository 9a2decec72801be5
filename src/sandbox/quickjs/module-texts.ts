/** The modules of one run: resolved in the virtual tree, stripped when first imported, remembered across runs. */
import type { VirtualModules } from '../engine.ts'
import { prepareModule } from '../program/prepare.ts'
import type { Prepared } from '../program/prepared.ts'
import { hostModule, resolveModule } from '../program/resolve.ts'
import { SyntaxProblem } from '../program/syntax-problem.ts'
import type { SourceText } from './program-error.ts'

const hostModuleCode = [
  'callTool, readFile, writeFile, setState, getState, log, listServers, searchTools,',
  'describeTool, results, ToolError',
].join(' ')
const hostModuleText = `const { ${hostModuleCode} } = globalThis
export { ${hostModuleCode} }
export default { ${hostModuleCode} }
`
const rememberedModules = 2000

/** Prepared modules by path and text; one per worker. */
export class ModuleMemory {
  readonly #prepared = new Map<string, { readonly source: string; readonly prepared: Prepared }>()

  prepare(source: string, path: string): Prepared {
    const known = this.#prepared.get(path)
    if (known?.source === source) return known.prepared
    const prepared = prepareModule(source, path)
    if (this.#prepared.size >= rememberedModules) this.#prepared.clear()
    this.#prepared.set(path, { source, prepared })
    return prepared
  }
}

export class ModuleTexts {
  /** A module broke the parser; the worker must go. */
  brokeParser = false
  readonly texts: Map<string, SourceText> = new Map()
  readonly #modules: VirtualModules
  readonly #memory: ModuleMemory
  readonly #raise: (name: string, message: string) => void

  constructor(
    modules: VirtualModules,
    memory: ModuleMemory,
    raise: (name: string, message: string) => void,
  ) {
    this.#modules = modules
    this.#memory = memory
    this.#raise = raise
  }

  resolve(from: string, specifier: string): string | undefined {
    const found = resolveModule(this.#modules, { from, specifier })
    if ('path' in found) return found.path
    this.#raise('TypeError', found.problem)
    return undefined
  }

  load(path: string): string | undefined {
    if (path === hostModule) return hostModuleText
    const source = this.#modules.get(path) ?? ''
    try {
      const prepared = this.#memory.prepare(source, path)
      this.texts.set(path, { name: path, source, prepared })
      return prepared.code
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error
      this.brokeParser ||= error.brokeParser
      const { line = 1, column = 1 } = error.position ?? {}
      this.#raise('SyntaxError', `${path}:${line}:${column}: ${error.message}`)
      return undefined
    }
  }
}
