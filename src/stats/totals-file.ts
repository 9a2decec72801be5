/** The file that folded journals are added up in. */
import { z } from 'zod'

import { type Totals, emptyTotals } from './records.ts'

const count = z.number()
const call = z.object({
  at: count,
  server: z.string(),
  tool: z.string(),
  argsDigest: z.string(),
  durationMs: count,
  outcome: z.string(),
  cached: z.boolean(),
  bytesIn: count,
  bytesOut: count,
})
const tool = z.object({
  calls: count,
  ok: count,
  failed: count,
  cached: count,
  durationMs: count,
  maxMs: count,
  bytesIn: count,
  bytesOut: count,
})
const totalsFile = z.object({
  version: z.literal(1),
  fold: z.string(),
  since: count.optional(),
  counters: z.array(z.tuple([z.string(), count])),
  outcomes: z.array(z.tuple([z.string(), count])),
  tools: z.array(z.tuple([z.string(), tool])),
  recent: z.array(call),
  merged: z.array(z.string()),
})

/** The totals, and the journals that are in them already; an absent or unreadable file counts nothing. */
export function parseTotals(text: string | undefined): {
  readonly totals: Totals
  readonly merged: ReadonlySet<string>
} {
  const parsed = text === undefined ? undefined : totalsFile.safeParse(jsonOf(text))
  if (parsed?.success !== true) return { totals: emptyTotals(), merged: new Set() }
  const { since, counters, outcomes, tools, recent, merged } = parsed.data
  return {
    totals: {
      since,
      counters: new Map(counters),
      outcomes: new Map(outcomes),
      tools: new Map(tools),
      recent,
    },
    merged: new Set(merged),
  }
}

/** `fold` makes every writing of the file different, so that a reader sees that it changed. */
export function printTotals(totals: Totals, merged: readonly string[]): string {
  return JSON.stringify({
    version: 1,
    fold: crypto.randomUUID(),
    since: totals.since,
    counters: [...totals.counters],
    outcomes: [...totals.outcomes],
    tools: [...totals.tools],
    recent: totals.recent,
    merged,
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
