/**
 * Sandboxes side by side, in one process, alternating: `npx tsx bench/sandbox/main.ts` after `npm run build`.
 * BENCH_PEERS_DIR names a folder where the peers are installed already.
 */
import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'

import { type Contestant, installedPeers, ours, plain } from './contestants.ts'

interface Measure {
  readonly name: string
  readonly body: string
  readonly times: number
  /** Divides a run's time, where a run does a thing so many times. */
  readonly per?: number
}

const settleMs = 5

const measures: readonly Measure[] = [
  { name: 'trivial program, warm', body: 'return 1 + 1', times: 300 },
  {
    name: 'one host call of 100 in sequence',
    body: 'for (let i = 0; i < 100; i++) await echo({ i }); return 1',
    times: 60,
    per: 100,
  },
  {
    name: 'Promise.all of 100 host calls',
    body: 'return (await Promise.all(Array.from({ length: 100 }, (_, i) => echo({ i })))).length',
    times: 60,
  },
  {
    name: 'fib(25)',
    body: 'const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); return fib(25)',
    times: 7,
  },
  {
    name: 'JSON of 1 MB, written and read',
    body: 'const rows = Array.from({ length: 10000 }, (_, id) => ({ id, name: "name " + id, tags: ["a", "b"], on: true, text: "x".repeat(40) })); return JSON.parse(JSON.stringify(rows)).length',
    times: 7,
  },
  {
    name: 'sort of 100,000 numbers',
    body: 'let s = 7; const a = Array.from({ length: 100000 }, () => (s = (s * 1103515245 + 12345) % 2147483648)); a.sort((x, y) => x - y); return a.length',
    times: 7,
  },
]

const contestants = [plain(), await ours(), ...(await installedPeers())]
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}`)
for (const measure of measures) {
  console.log(`\n${measure.name}`)
  const medians = await compare(measure)
  for (const [name, ms] of medians) {
    console.log(`  ${ms.toFixed(3).padStart(10)} ms  ${name}`)
  }
}
console.log('\ntrivial programs one after the other, one at a time')
for (const contestant of contestants) {
  const perSecond = String(await throughput(contestant)).padStart(8)
  console.log(`  ${perSecond} runs/s  ${contestant.name}`)
}
for (const contestant of contestants) await contestant[Symbol.asyncDispose]()
process.exit(0)

/**
 * Medians, every contestant in turn, so that noise hits all alike. What one still does after its answer (workers it replaces,
 * memory it clears) is over before the next begins.
 */
async function compare({ body, times, per = 1 }: Measure): Promise<Map<string, number>> {
  const taken = new Map<Contestant, number[]>()
  for (const contestant of contestants) {
    taken.set(contestant, [])
    for (let warm = 0; warm < times / 2; warm += 1) await contestant.run(body)
  }
  for (let time = 0; time < times; time += 1) {
    for (const [contestant, list] of taken) {
      await setTimeout(settleMs)
      const startedAt = performance.now()
      await contestant.run(body)
      list.push((performance.now() - startedAt) / per)
    }
  }
  return new Map([...taken].map(([{ name }, list]) => [name, median(list)]))
}

async function throughput(contestant: Contestant): Promise<number> {
  const startedAt = performance.now()
  let runs = 0
  for (; performance.now() - startedAt < 3000; runs += 1) await contestant.run('return 1 + 1')
  return Math.round((runs * 1000) / (performance.now() - startedAt))
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
}
