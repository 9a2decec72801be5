/** Something that runs programs under limits of its own (contract §2); a session is one. */
import type { Limits, Outcome, Profile, ValueSummary } from '../sandbox/index.ts'
import type { Diagnostic } from '../typecheck/index.ts'

export interface ExecuteOptions {
  readonly profile?: Profile | undefined
  /** Single limits that differ from the profile's. */
  readonly limits?: Partial<Limits> | undefined
  /** False runs the program unchecked. */
  readonly check?: boolean | undefined
  /** What the program finds as `input`. */
  readonly input?: unknown
  /** Shown in positions. */
  readonly fileName?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of every host call when it ends. */
  readonly onHostCall?: ((call: TracedCall) => void) | undefined
}

/** One host call as it ended. */
export interface TracedCall {
  readonly operation: string
  /** "server.tool", a path or a key. */
  readonly target: string
  readonly startedMs: number
  readonly durationMs: number
  readonly ok: boolean
}

/** What the type checker said before the run. */
export type CheckReport =
  | { readonly status: 'passed'; readonly durationMs: number }
  | { readonly status: 'unchecked'; readonly reason: string; readonly durationMs: number }
  | { readonly status: 'skipped' }

/** A value over its limit, kept whole in the session. */
export interface StoredValue extends ValueSummary {
  readonly handle: string
}

/** Stopped before anything ran, or how the run ended. */
export type Execution =
  | {
      readonly status: 'rejected'
      readonly diagnostics: readonly Diagnostic[]
      readonly durationMs: number
    }
  | (Outcome & {
      readonly check: CheckReport
      /** Present where `value` was too big: `value` is then this summary. */
      readonly stored?: StoredValue
    })

export interface CodeExecutor {
  execute(program: string, options?: ExecuteOptions): Promise<Execution>
  /** What applies where a run says nothing else. */
  limits(): Limits
  setLimits(overrides: Partial<Limits>): void
  /** Back to the default profile. */
  resetLimits(): void
}
