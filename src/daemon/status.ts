/** What a daemon tells of itself. */

export interface DaemonStatus {
  readonly pid: number
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly idleMs: number
  readonly callers: number
  readonly memoryBytes: number
  readonly cache: { readonly entries: number; readonly hits: number; readonly misses: number }
  readonly connections: readonly {
    readonly server: string
    readonly key: string
    readonly transport: string
    readonly state: string
    readonly protocolVersion?: string | undefined
    readonly inFlight: number
    readonly queued: number
    readonly calls: number
    readonly connects: number
    readonly lastUsedAt: number
  }[]
}

/** A status as it came over the socket. */
export async function parseStatus(json: unknown): Promise<DaemonStatus> {
  const { statusSchema } = await import('./status-schema.ts')
  return statusSchema.parse(json)
}
