/** What a daemon tells of itself. */
import { z } from 'zod'

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

const count = z.number()
const status: z.ZodType<DaemonStatus> = z.object({
  pid: count,
  version: z.string(),
  startedAt: count,
  idleMs: count,
  callers: count,
  memoryBytes: count,
  cache: z.object({ entries: count, hits: count, misses: count }),
  connections: z.array(
    z.object({
      server: z.string(),
      key: z.string(),
      transport: z.string(),
      state: z.string(),
      protocolVersion: z.string().optional(),
      inFlight: count,
      queued: count,
      calls: count,
      connects: count,
      lastUsedAt: count,
    }),
  ),
})

/** A status as it came over the socket. */
export function parseStatus(json: unknown): DaemonStatus {
  return status.parse(json)
}
