/** What is counted: one record a tool call, and plain counters for everything else (contract §6, §11). */

/** One call of a tool: never its arguments or its result, only their size and digest. */
export interface CallRecord {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly server: string
  readonly tool: string
  /** Hex SHA-256 of the arguments' canonical JSON. */
  readonly argsDigest: string
  readonly durationMs: number
  /** "ok", "tool_error" (the tool answered `isError`), or the code of what broke. */
  readonly outcome: string
  /** Answered from the result cache: nothing was sent. */
  readonly cached: boolean
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Names are "<area>.<what>": "runtime.executions", "skills.generated", "tokens.saved". */
export type Counters = Readonly<Record<string, number>>

/** Sums over the calls of one tool. */
export interface ToolTotals {
  calls: number
  ok: number
  failed: number
  cached: number
  durationMs: number
  maxMs: number
  bytesIn: number
  bytesOut: number
}

/** Everything ever recorded, added up. */
export interface Totals {
  /** When the first record was made. */
  since: number | undefined
  readonly counters: Map<string, number>
  readonly outcomes: Map<string, number>
  /** By "<server>\n<tool>": neither name can hold a line break here. */
  readonly tools: Map<string, ToolTotals>
  /** The latest calls, oldest first. */
  recent: CallRecord[]
}

export function emptyTotals(): Totals {
  return {
    since: undefined,
    counters: new Map(),
    outcomes: new Map(),
    tools: new Map(),
    recent: [],
  }
}

/** The latest calls that are kept whole. */
export const maxRecentCalls = 200
/** Tools counted by name; what comes beyond is counted as "(other)". */
export const maxCountedTools = 2000
const other = '(other)\n(other)'

export function addCall(totals: Totals, call: CallRecord): void {
  totals.since = Math.min(totals.since ?? call.at, call.at)
  add(totals.outcomes, call.outcome, 1)
  const tool = toolTotals(totals, `${plain(call.server)}\n${plain(call.tool)}`)
  tool.calls += 1
  tool.ok += call.outcome === 'ok' ? 1 : 0
  tool.failed += call.outcome === 'ok' ? 0 : 1
  tool.cached += call.cached ? 1 : 0
  tool.durationMs += call.durationMs
  tool.maxMs = Math.max(tool.maxMs, call.durationMs)
  tool.bytesIn += call.bytesIn
  tool.bytesOut += call.bytesOut
  totals.recent.push(call)
  if (totals.recent.length > 2 * maxRecentCalls) totals.recent = latest(totals.recent)
}

export function addCounters(totals: Totals, counters: Counters): void {
  for (const [name, value] of Object.entries(counters)) add(totals.counters, name, value)
}

/** The newest records, oldest first. */
export function latest(calls: readonly CallRecord[]): CallRecord[] {
  return calls.toSorted((a, b) => a.at - b.at).slice(-maxRecentCalls)
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value)
}

function toolTotals({ tools }: Totals, wanted: string): ToolTotals {
  const key = tools.has(wanted) || tools.size < maxCountedTools ? wanted : other
  const known = tools.get(key)
  if (known !== undefined) return known
  const fresh = {
    calls: 0,
    ok: 0,
    failed: 0,
    cached: 0,
    durationMs: 0,
    maxMs: 0,
    bytesIn: 0,
    bytesOut: 0,
  }
  tools.set(key, fresh)
  return fresh
}

function plain(name: string): string {
  return name.replaceAll('\n', '\\n')
}
