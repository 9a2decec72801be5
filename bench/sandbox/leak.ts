/**
 * 10,000 runs in sequence: `npx tsx bench/sandbox/leak.ts [runs]` after `npm run build`. Prints the process's memory on the
 * way and the slope over the second half; what a program leaves behind would show there.
 */
import { openQuickJsEngine, profiles } from '../../src/sandbox/index.ts'

const runs = Number(process.argv[2] ?? 10_000)
const engine = await openQuickJsEngine({ workers: 1 })
const host = async (_operation: string, payload: string): Promise<string> => payload
const samples: { readonly run: number; readonly megabytes: number }[] = []
let carried = 0

for (let run = 1; run <= runs; run += 1) {
  const source = `const was = typeof globalThis.mark; globalThis.mark = ${run % 50}
    const list = Array.from({ length: 2000 }, (_, i) => ({ i, text: 'x'.repeat(i % 50) }))
    await callTool('s', 'echo', { run: list.length })
    was`
  const outcome = await engine.run(source, { limits: profiles.strict, host })
  if (outcome.status !== 'completed' || outcome.value !== 'undefined') carried += 1
  if (run % (runs / 20) !== 0) continue
  const megabytes = process.memoryUsage().rss / 1e6
  samples.push({ run, megabytes })
  console.log(`${String(run).padStart(7)} runs  ${megabytes.toFixed(1)} MB`)
}
await engine[Symbol.asyncDispose]()

const half = samples.slice(samples.length / 2)
console.log(`slope over the second half: ${(slope(half) * 1000).toFixed(3)} MB per 1000 runs`)
console.log(`runs that saw another run's state: ${carried}`)
process.exitCode = carried === 0 ? 0 : 1

/** Least squares. */
function slope(points: readonly { readonly run: number; readonly megabytes: number }[]): number {
  const meanX = points.reduce((sum, { run }) => sum + run, 0) / points.length
  const meanY = points.reduce((sum, { megabytes }) => sum + megabytes, 0) / points.length
  const above = points.reduce((sum, p) => sum + (p.run - meanX) * (p.megabytes - meanY), 0)
  return above / points.reduce((sum, { run }) => sum + (run - meanX) ** 2, 0)
}
