/** The shape of a status, checked. */
import { z } from 'zod'

import type { DaemonStatus } from './status.ts'

const count = z.number()
export const statusSchema: z.ZodType<DaemonStatus> = z.object({
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
