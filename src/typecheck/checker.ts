/** Checks programs against a session's declarations before anything runs, in a process that can be killed (contract §7). */
import { LRUCache } from 'lru-cache'

import { sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { maxNesting, nestingDepth } from '../text/index.ts'
import { CompilerProjects } from './compiler/project.ts'
import type { Declarations } from './declarations.ts'
import type { Diagnostic } from './diagnostic.ts'
import { examine } from './examine.ts'

export interface CheckRequest {
  readonly source: string
  readonly declarations: Declarations
  readonly signal?: AbortSignal
}

export type CheckResult =
  | { readonly status: 'passed' }
  | { readonly status: 'rejected'; readonly diagnostics: readonly Diagnostic[] }
  /** The checker could not tell in time, or is not there; the sandbox still holds. */
  | { readonly status: 'unchecked'; readonly reason: string }

export interface CheckerStats {
  readonly checks: number
  readonly cacheHits: number
  readonly cacheMisses: number
  readonly starts: number
}

export interface Checker extends Disposable {
  check(request: CheckRequest): Promise<CheckResult>
  /** Starts the compiler and loads the declarations, so that the first check finds it warm. Never fails. */
  warmUp(declarations: Declarations): Promise<void>
  stats(): CheckerStats
}

export interface CheckerDeps {
  /** Undefined where this platform has no compiler. */
  readonly executable: string | undefined
  readonly platform: NodeJS.Platform
  /** The language's own declarations, read when the compiler first starts. */
  readonly readLib: () => Promise<readonly string[]>
  readonly deadlineMs?: number
  readonly startDeadlineMs?: number
  readonly maxSourceBytes?: number
}

const cachedPrograms = 100
/** A compiler that has seen this many programs is replaced, so that what it keeps stays bounded. */
const checksPerCompiler = 2000

export function createChecker(deps: CheckerDeps): Checker {
  return new ProcessChecker(deps)
}

class ProcessChecker implements Checker {
  readonly #deps: Required<CheckerDeps>
  readonly #cache = new LRUCache<string, CheckResult>({ max: cachedPrograms })
  #lib: Promise<readonly string[]> | undefined
  #projects: CompilerProjects | undefined
  #uses = 0
  #turn: Promise<unknown> = Promise.resolve()
  /** Starts that took too long. */
  #overdueStarts = 0
  #stats = { checks: 0, cacheHits: 0, cacheMisses: 0, starts: 0 }

  constructor(deps: CheckerDeps) {
    this.#deps = {
      deadlineMs: 2000,
      startDeadlineMs: 10_000,
      maxSourceBytes: 256 * 1024,
      ...deps,
    }
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    this.#stats.checks++
    const refused = this.#refuse(request.source)
    if (refused !== undefined) return { status: 'rejected', diagnostics: [refused] }
    const key = programKey(request)
    const known = this.#cache.get(key)
    if (known !== undefined) {
      this.#stats.cacheHits++
      return known
    }
    this.#stats.cacheMisses++
    const { signal } = request
    const overdueBefore = this.#overdueStarts
    const result = await this.#inTurn(async () =>
      // Who has waited for one start in vain, the warm-up's, does not wait for a second.
      this.#overdueStarts > overdueBefore && signal?.aborted !== true
        ? unchecked(overdue(this.#deps.startDeadlineMs))
        : await this.#run(request),
    )
    if (result.status !== 'unchecked') this.#cache.set(key, result)
    return result
  }

  async warmUp(declarations: Declarations): Promise<void> {
    const { executable } = this.#deps
    if (executable === undefined) return
    await this.#inTurn(async () => {
      // The first check tells what went wrong.
      await this.#running(executable, { declarations }).catch(() => this[Symbol.dispose]())
    })
  }

  stats(): CheckerStats {
    return { ...this.#stats }
  }

  [Symbol.dispose](): void {
    this.#projects?.[Symbol.dispose]()
    this.#projects = undefined
  }

  #refuse(source: string): Diagnostic | undefined {
    const at = { line: 1, column: 1, codeFrame: '' }
    const bytes = Buffer.byteLength(source)
    if (bytes > this.#deps.maxSourceBytes) {
      const message = `The program has ${bytes} bytes; at most ${this.#deps.maxSourceBytes} are checked`
      return { ...at, code: 'SOURCE_TOO_LARGE', message }
    }
    const depth = nestingDepth(source)
    if (depth <= maxNesting) return undefined
    return {
      ...at,
      code: 'NESTED_TOO_DEEP',
      message: `Brackets nest ${depth} deep; at most ${maxNesting} may`,
    }
  }

  /** One program at a time: the compiler is asked about one state of its files. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return await turn
  }

  async #run(request: CheckRequest, mayRetry = true): Promise<CheckResult> {
    request.signal?.throwIfAborted()
    if (this.#deps.executable === undefined) {
      return { status: 'unchecked', reason: 'this platform has no type checker' }
    }
    try {
      const projects = await this.#running(this.#deps.executable, request)
      return await within(this.#deps.deadlineMs, request.signal, () => examine(projects, request))
    } catch (error) {
      this[Symbol.dispose]()
      request.signal?.throwIfAborted()
      // One that died while it waited for work is no fault of this program.
      if (mayRetry && ExecutionError.is(error, 'SANDBOX_CRASHED')) {
        return await this.#run(request, false)
      }
      return unchecked(error)
    }
  }

  /** A compiler that has already loaded the declarations: loading them is not on the program's clock. */
  async #running(
    executable: string,
    { declarations, signal }: Omit<CheckRequest, 'source'>,
  ): Promise<CompilerProjects> {
    if (this.#uses++ >= checksPerCompiler || this.#projects?.isDead === true) this[Symbol.dispose]()
    const running = this.#projects ?? (await this.#start(executable))
    if (running.has(declarations)) return running
    const load = async (): Promise<unknown> => await running.compile('', 'ts', declarations)
    await within(this.#deps.startDeadlineMs, signal, load).catch((error: unknown) => {
      if (ExecutionError.is(error, 'TIMEOUT')) this.#overdueStarts += 1
      throw error
    })
    return running
  }

  async #start(executable: string): Promise<CompilerProjects> {
    this.#lib ??= this.#deps.readLib()
    const lib = await this.#lib
    this.#projects = new CompilerProjects({ executable, platform: this.#deps.platform }, lib)
    this.#uses = 0
    this.#stats.starts++
    return this.#projects
  }
}

function unchecked(error: unknown): CheckResult {
  return { status: 'unchecked', reason: error instanceof Error ? error.message : String(error) }
}

function programKey({ source, declarations }: CheckRequest): string {
  return sha256(`${declarations.digest}\0${source}`)
}

/** What `work` gives, unless the time is over or the caller gives up first. */
async function within<Result>(
  deadlineMs: number,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const deadline = AbortSignal.timeout(deadlineMs)
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  return await new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(overdue(deadlineMs))
    }
    either.addEventListener('abort', stop, { once: true })
    void work()
      .then(resolve, reject)
      .finally(() => {
        either.removeEventListener('abort', stop)
      })
  })
}

function overdue(deadlineMs: number): ExecutionError {
  return new ExecutionError(
    'TIMEOUT',
    `Cannot check the program: it took longer than ${deadlineMs} ms`,
  )
}
