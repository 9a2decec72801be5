/** How a run ended, with real numbers (contract §7). */

export type Limit = 'fuel' | 'time' | 'memory' | 'hostCalls' | 'console' | 'deadlock' | 'cancelled'

export interface ProgramError {
  readonly name: string
  readonly message: string
  /** The program's own position, 1-based; absent where none is known. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly stack?: string
  readonly codeFrame?: string
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'log' | 'warn' | 'error'
  readonly message: string
  readonly atMs: number
}

export interface HostCallRecord {
  readonly operation: string
  readonly target?: string
  readonly startedMs: number
  readonly durationMs: number
  readonly ok: boolean
}

export interface Usage {
  readonly fuel: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly memoryPeakBytes: number
  readonly hostCalls: number
  readonly cacheHit: boolean
}

export type Ending =
  /** `exitCode` is set when a WebAssembly module ran as a command. */
  | { readonly status: 'completed'; readonly value: unknown; readonly exitCode?: number }
  | { readonly status: 'failed'; readonly error: ProgramError }
  | {
      readonly status: 'stopped'
      readonly limit: Limit
      readonly message: string
      readonly afterMs: number
    }

export type Outcome = Ending & {
  readonly logs: readonly LogEntry[]
  readonly hostCalls: readonly HostCallRecord[]
  readonly usage: Usage
}
