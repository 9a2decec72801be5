/** What guarding a server process costs: `tsx bench/reaper.ts`. Medians, with and without in turn, in one run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { startReaper } from '../src/client/reaper.ts'

const rounds = 60

async function bare(): Promise<void> {
  const child = spawn('/bin/true', [], { stdio: 'ignore', detached: true })
  await once(child, 'exit')
}

/** Our own time until the server may be started. */
const held: number[] = []

async function guarded(): Promise<void> {
  const start = performance.now()
  const reaper = startReaper(process.platform)
  held.push(performance.now() - start)
  const child = spawn('/bin/true', [], { stdio: 'ignore', detached: true })
  reaper.watch(child.pid ?? 0)
  await once(child, 'exit')
  await reaper.release()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

const without: number[] = []
const withReaper: number[] = []
for (let round = 0; round < rounds; round += 1) {
  without.push(await timed(bare))
  withReaper.push(await timed(guarded))
}
const rows = [
  ['spawn and exit of /bin/true', median(without)],
  ['the same, guarded, reaper ended', median(withReaper)],
  ['our time before the server starts', median(held)],
] as const
for (const [what, ms] of rows) process.stdout.write(`${what.padEnd(36)}${ms.toFixed(2)} ms\n`)
