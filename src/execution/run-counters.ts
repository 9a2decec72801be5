/** What one run adds to the counters that `stats runtime` shows. */
import type { Outcome } from '../sandbox/index.ts'
import type { Counters } from '../stats/index.ts'
import type { CheckResult } from '../typecheck/index.ts'

export function countersOf(
  outcome: Outcome,
  check: CheckResult | { readonly status: 'skipped' },
  checkMs: number,
): Counters {
  const { usage } = outcome
  return {
    'runtime.executions': 1,
    [`runtime.${outcome.status}`]: 1,
    ...(outcome.status === 'stopped' ? { [`runtime.stopped_${outcome.limit}`]: 1 } : {}),
    [`runtime.check_${check.status}`]: 1,
    'runtime.check_ms': checkMs,
    'runtime.host_calls': usage.hostCalls,
    'runtime.fuel': usage.fuel,
    'runtime.wall_ms': usage.wallMs,
    'runtime.cpu_ms': usage.cpuMs,
    [usage.cacheHit ? 'runtime.program_cache_hits' : 'runtime.program_cache_misses']: 1,
  }
}
