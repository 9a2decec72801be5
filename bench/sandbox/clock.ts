/**
 * How late the clock stops what does not stop by itself: `npx tsx bench/sandbox/clock.ts` after `npm run build`. Runs every
 * endless program of the tests with fuel it cannot use up and 300 ms, and prints how long after that each was over.
 */
import { openQuickJsEngine, profiles } from '../../src/sandbox/index.ts'
import { createHost } from '../../test/sandbox/host.ts'
import { loops } from '../../test/sandbox/hostile/loops.ts'

const limits = { ...profiles.moderate, fuel: 1e15, wallMs: 300, consoleBytes: 1e9, hostCalls: 1e9 }
const engine = await openQuickJsEngine({ workers: 1 })
const run = async (code: string): Promise<{ readonly late: number; readonly limit: string }> => {
  const outcome = await engine.run(code, { limits, host: createHost() })
  return outcome.status === 'stopped'
    ? { late: outcome.afterMs - limits.wallMs, limit: outcome.limit }
    : { late: 0, limit: outcome.status }
}
const late: { readonly name: string; readonly ms: number }[] = []
const others: string[] = []
let killed = 0
for (const { name, code, expect } of loops) {
  if (expect !== 'stopped') continue
  // Whatever the one before did, its worker or the next is ready.
  await run('return 1 + 1')
  const before = engine.snapshot().workers.killed
  const ended = await run(code)
  killed += engine.snapshot().workers.killed - before
  if (ended.limit === 'time') late.push({ name, ms: ended.late })
  else others.push(`${name} (${ended.limit})`)
}
await engine[Symbol.asyncDispose]()
late.sort((a, b) => b.ms - a.ms)
const median = late[Math.floor(late.length / 2)]?.ms ?? 0
console.log(
  `${late.length} endless programs, ${limits.wallMs} ms each: ${median.toFixed(1)} ms late in the median; ` +
    `${killed} of them by ending the worker`,
)
for (const { name, ms } of late.slice(0, 5)) console.log(`${ms.toFixed(1).padStart(8)} ms  ${name}`)
if (others.length > 0) console.log(`stopped otherwise: ${others.join(', ')}`)
