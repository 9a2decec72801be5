/** One agent's session: find a tool, read how it is called, run programs that call many, keep what they leave (contract §7). */
import type { ToolCall, ToolCaller } from '../bridge/index.ts'
import type { Catalog, SearchOptions } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import {
  type Engine,
  type HostCall,
  type Limits,
  type Outcome,
  summarise,
  type WasmEngine,
  type WasmExport,
} from '../sandbox/index.ts'
import type { RecordedTool, SavedProgram } from '../skills/index.ts'
import type { Counters } from '../stats/index.ts'
import type { Checker, CheckResult } from '../typecheck/index.ts'
import { chosenLimits } from './chosen-limits.ts'
import type { CheckReport, CodeExecutor, ExecuteOptions, Execution } from './code-executor.ts'
import { type DeclaredTools, mentioned, toolDeclarer } from './declared-tools.ts'
import {
  describeServer,
  describeTool,
  type ServerDescription,
  type ToolDescription,
} from './describe.ts'
import { createHost } from './host.ts'
import { type ModuleOptions, runModule } from './module-run.ts'
import { type AddPrepared, preparedAdder, type PreparedFor } from './prepared-modules.ts'
import type { FoundProgram } from './program-search.ts'
import { countersOf } from './run-counters.ts'
import { importedPrograms, mayImportPrograms, programAdder, toolsNamed } from './saved-programs.ts'
import type { SessionStore } from './session-store.ts'
import type { FoundTool } from './tool-search.ts'
import { type KnownServer, toolSet, type UnreachableServer } from './tool-set.ts'
import { traced } from './traced-host.ts'

export interface SessionDeps {
  readonly caller: ToolCaller
  readonly servers: () => Promise<readonly KnownServer[]>
  readonly engine: Engine
  /** Runs WebAssembly modules; none run where there is none. */
  readonly wasm?: WasmEngine | undefined
  /** Programs run unchecked where there is none. */
  readonly checker?: Checker | undefined
  readonly store: SessionStore
  /** Modules of a catalog that a plugin holds ready, where one does. */
  readonly prepared?: PreparedFor | undefined
  /** Programs kept as modules, read when one may be imported or searched for. */
  readonly programs?: (() => Promise<readonly SavedProgram[]>) | undefined
  /** "server" or "server.tool"; everything configured where absent. */
  readonly allowed?: readonly string[] | undefined
  /** Asked before every single tool call. */
  readonly approve?: ((call: ToolCall) => Promise<boolean>) | undefined
  /** Told what each run used. */
  readonly count?: ((counters: Counters) => void) | undefined
  readonly now: () => number
}

export interface SearchAnswer {
  readonly tools: readonly FoundTool[]
  /** Saved programs that fit. */
  readonly programs: readonly FoundProgram[]
  /** Servers whose tools could not be searched. */
  readonly unreachable: readonly UnreachableServer[]
}

export interface DescribeOptions {
  /** False leaves out everything but types. */
  readonly docs?: boolean
  readonly signal?: AbortSignal
}

export interface Session extends CodeExecutor {
  readonly id: string
  readonly store: SessionStore
  search(
    query: string,
    options?: SearchOptions & { readonly signal?: AbortSignal },
  ): Promise<SearchAnswer>
  /** Runs a WebAssembly module with the host functions and limits that programs have. */
  executeModule(bytes: Uint8Array, options?: ModuleOptions): Promise<Execution>
  /** What a module exports; nothing of it runs. */
  listExports(bytes: Uint8Array): Promise<readonly WasmExport[]>
  /** "server" or "server.tool". */
  describe(target: string, options?: DescribeOptions): Promise<ServerDescription | ToolDescription>
  /** Checks a program as `execute` would, and says which tools it names; runs nothing. */
  inspect(program: string, options?: { readonly signal?: AbortSignal }): Promise<Inspection>
}

export interface Inspection {
  readonly check: CheckResult | { readonly status: 'skipped' }
  readonly tools: readonly RecordedTool[]
}

export function createSession(deps: SessionDeps): Session {
  return new AgentSession(deps)
}

class AgentSession implements Session {
  readonly id: string
  readonly store: SessionStore
  readonly #deps: SessionDeps
  readonly #tools: ReturnType<typeof toolSet>
  readonly #declare = toolDeclarer()
  readonly #addPrograms = programAdder()
  readonly #addPrepared: AddPrepared
  #overrides: Partial<Limits> = {}

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.id = deps.store.id
    this.store = deps.store
    this.#tools = toolSet(deps)
    this.#addPrepared = preparedAdder(deps.prepared)
  }

  limits(): Limits {
    return chosenLimits(undefined, this.#overrides)
  }

  setLimits(overrides: Partial<Limits>): void {
    chosenLimits(undefined, overrides)
    this.#overrides = { ...this.#overrides, ...overrides }
  }

  resetLimits(): void {
    this.#overrides = {}
  }

  async search(
    query: string,
    { signal, server, ...options }: SearchOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<SearchAnswer> {
    const servers =
      server === undefined ? await this.#tools.servers() : [await this.#tools.server(server)]
    const ids = servers.map(({ id }) => id)
    const { catalogs, unreachable } = await this.#tools.catalogs(ids, signal)
    const { searchPrograms } = await import('./program-search.ts')
    const { toolIndex } = await import('./tool-search.ts')
    const programs = server === undefined ? searchPrograms(query, await this.#programs()) : []
    return { tools: toolIndex(catalogs)(query, options), programs, unreachable }
  }

  async describe(
    target: string,
    { docs = true, signal }: DescribeOptions = {},
  ): Promise<ServerDescription | ToolDescription> {
    // A server id holds no dot, so the first one ends it; a tool's name may hold more.
    const dot = target.indexOf('.')
    const { id } = await this.#tools.server(dot < 0 ? target : target.slice(0, dot))
    const catalog = await this.#tools.catalog(id, signal)
    return dot < 0 ? describeServer(catalog) : describeTool(catalog, target.slice(dot + 1), docs)
  }

  async inspect(
    program: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Inspection> {
    const { result, catalogs } = await this.#check(program, options)
    return { check: result, tools: toolsNamed(program, catalogs) }
  }

  async execute(program: string, options: ExecuteOptions = {}): Promise<Execution> {
    const limits = chosenLimits(options.profile, { ...this.#overrides, ...options.limits })
    const startedAt = this.#deps.now()
    const checked = await this.#check(program, options)
    const durationMs = this.#deps.now() - startedAt
    if (checked.result.status === 'rejected') {
      this.#deps.count?.({ 'runtime.executions': 1, 'runtime.rejected': 1 })
      return { status: 'rejected', diagnostics: checked.result.diagnostics, durationMs }
    }
    const outcome = await this.#run(program, limits, { ...options, declared: checked.declared })
    this.#deps.count?.(countersOf(outcome, checked.result, durationMs))
    const check: CheckReport =
      checked.result.status === 'skipped' ? checked.result : { ...checked.result, durationMs }
    return await this.#keepBig({ ...outcome, check }, limits)
  }

  async executeModule(bytes: Uint8Array, options: ModuleOptions = {}): Promise<Execution> {
    const limits = chosenLimits(options.profile, { ...this.#overrides, ...options.limits })
    const host = this.#host(options)
    const outcome = await runModule(this.#wasm(), bytes, { ...options, limits, host })
    this.#deps.count?.(countersOf(outcome, { status: 'skipped' }, 0))
    return await this.#keepBig({ ...outcome, check: { status: 'skipped' } }, limits)
  }

  async listExports(bytes: Uint8Array): Promise<readonly WasmExport[]> {
    return await this.#wasm().listExports(bytes)
  }

  #wasm(): WasmEngine {
    if (this.#deps.wasm !== undefined) return this.#deps.wasm
    throw new ExecutionError(
      'NOT_FOUND',
      'Cannot run the module: this session has no engine for WebAssembly',
    )
  }

  #host({ onHostCall }: ExecuteOptions): HostCall {
    const { caller, approve, now } = this.#deps
    return traced(
      createHost({ caller, tools: this.#tools, store: this.store, approve }),
      onHostCall,
      now,
    )
  }

  async #check(
    program: string,
    { check = true, signal }: ExecuteOptions,
  ): Promise<{
    readonly result: CheckResult | { readonly status: 'skipped' }
    readonly declared: DeclaredTools
    readonly catalogs: readonly Catalog[]
  }> {
    // A program that names no tool is checked without looking who offers which.
    const servers = /callTool|\bimport\b/.test(program) ? await this.#tools.servers() : []
    const saved = importedPrograms(program, await this.#programs(program))
    const texts = [program, ...saved.map(({ source }) => source)].join('\n')
    const ids = mentioned(texts, servers).map(({ id }) => id)
    const { catalogs, unreachable } = await this.#tools.catalogs(ids, signal)
    const plain = await this.#addPrepared(this.#declare(catalogs, servers), catalogs)
    const declared = this.#addPrograms(plain, saved)
    const { checker } = this.#deps
    const known = { declared, catalogs }
    if (!check) return { result: { status: 'skipped' }, ...known }
    if (saved.length > 0 && unreachable.length === 0) {
      const { ensureCurrent } = await import('./skill-programs.ts')
      await ensureCurrent(saved, catalogs, { checker, declared })
    }
    if (checker === undefined) {
      return { result: { status: 'unchecked', reason: 'there is no type checker' }, ...known }
    }
    const { declarations } = declared
    const result = await checker.check({ source: program, declarations, ...(signal && { signal }) })
    // Without its tools a program that is right looks wrong: say what is really the matter.
    const [first] = unreachable
    if (result.status === 'rejected' && first !== undefined) throw first.error
    return { result, ...known }
  }

  /** None is read for a text that can import none. */
  async #programs(text?: string): Promise<readonly SavedProgram[]> {
    if (text !== undefined && !mayImportPrograms(text)) return []
    return (await this.#deps.programs?.()) ?? []
  }

  async #run(
    program: string,
    limits: Limits,
    options: ExecuteOptions & { readonly declared: DeclaredTools },
  ): Promise<Outcome> {
    return await this.#deps.engine.run(program, {
      limits,
      host: this.#host(options),
      // What nobody imports need not be sent.
      ...(/\bimport\b/.test(program) && { modules: options.declared.modules() }),
      globals: { input: JSON.stringify(options.input ?? null) },
      ...(options.signal && { signal: options.signal }),
      ...(options.fileName !== undefined && { fileName: options.fileName }),
    })
  }

  async #keepBig(
    execution: Outcome & { readonly check: CheckReport },
    limits: Limits,
  ): Promise<Execution> {
    if (execution.status !== 'completed') return execution
    const json = JSON.stringify(execution.value) ?? 'null'
    const bytes = Buffer.byteLength(json)
    if (bytes <= limits.valueBytes) return execution
    const handle = await this.store.results.keep(json)
    const stored = { handle, ...summarise(execution.value) }
    return { ...execution, value: stored, stored }
  }
}
