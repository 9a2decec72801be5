/**
 * What hostile programs do to the host: `npx tsx bench/sandbox/hostile.ts` after `npm run build`. Runs every hostile program of
 * the tests in one process and prints how long the event loop of the main thread stood still at worst, and the process's
 * memory before, at its highest after a program and the run that follows it, and after the last.
 */
import { openQuickJsEngine } from '../../src/sandbox/index.ts'
import { createHost } from '../../test/sandbox/host.ts'
import { escapes } from '../../test/sandbox/hostile/escapes.ts'
import { loops } from '../../test/sandbox/hostile/loops.ts'
import {
  type HostileProgram,
  hostileLimits,
  residentBytes,
  runHostile,
} from '../../test/sandbox/hostile/measure.ts'
import { memory } from '../../test/sandbox/hostile/memory.ts'

const groups: Readonly<Record<string, readonly HostileProgram[]>> = { loops, memory, escapes }
const engine = await openQuickJsEngine({ workers: 2 })
const next = async (): Promise<void> => {
  const outcome = await engine.run('return 1 + 1', { limits: hostileLimits, host: createHost() })
  if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome))
}
await Promise.all([next(), next()])
const megabytes = (): number => residentBytes() / 1e6
console.log('            programs   lag: max    p99   median      memory: before   highest   after')
for (const [group, programs] of Object.entries(groups)) {
  const before = megabytes()
  const lags: { readonly ms: number; readonly name: string }[] = []
  let highest = before
  for (const program of programs) {
    const { lagMs } = await runHostile(engine, program)
    lags.push({ ms: lagMs, name: program.name })
    await next()
    highest = Math.max(highest, megabytes())
  }
  lags.sort((a, b) => b.ms - a.ms)
  const at = (share: number): string =>
    (lags[Math.floor(lags.length * share)]?.ms ?? 0).toFixed(1).padStart(7)
  const after = megabytes()
  const [worst] = lags
  console.log(
    `${group.padEnd(12)}${String(programs.length).padStart(8)} ${at(0)} ms${at(0.01)}${at(0.5)} ms` +
      `${before.toFixed(0).padStart(17)} MB${highest.toFixed(0).padStart(7)} MB${after.toFixed(0).padStart(5)} MB` +
      `   worst: ${worst?.name ?? ''}`,
  )
}
const { started, retired, killed } = engine.snapshot().workers
await engine[Symbol.asyncDispose]()
console.log(
  `workers: ${started} started, ${retired} retired, ${killed} killed; closed: ${megabytes().toFixed(0)} MB`,
)
