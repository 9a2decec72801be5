/** What it takes to run a program and is slow to start: engine and type checker. */
import { blake3 } from '../digest.ts'
import { type LazyEngine, lazyEngine } from '../sandbox/index.ts'
import {
  type Checker,
  compilerExecutable,
  createChecker,
  readLanguageLib,
} from '../typecheck/index.ts'
import { toolDeclarer } from './declared-tools.ts'

export interface ProgramParts extends AsyncDisposable {
  readonly engine: LazyEngine
  readonly checker: Checker
  /** Starts them in the background, so that the first program finds them warm. */
  warmUp(what?: { readonly checker: boolean }): void
}

export interface PartsWorld {
  readonly platform: NodeJS.Platform
  readonly architecture: string
  /** Worker threads at most. */
  readonly workers?: number
}

/** Nothing starts until a program comes, or `warmUp` is called. */
export function programParts(
  { platform, architecture, workers }: PartsWorld,
  engine: LazyEngine = lazyEngine(workers),
): ProgramParts {
  const checker = createChecker({
    executable: compilerExecutable(platform, architecture),
    platform,
    readLib: readLanguageLib,
  })
  return {
    engine,
    checker,
    warmUp: (what = { checker: true }) => {
      engine.prestart()
      if (what.checker) void checker.warmUp(toolDeclarer()([], []).declarations)
      // Programs are known by it: loaded while the compiler starts.
      void blake3('')
    },
    async [Symbol.asyncDispose]() {
      checker[Symbol.dispose]()
      await engine[Symbol.asyncDispose]()
    },
  }
}
