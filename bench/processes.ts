/** Times whole processes, taking turns, so that a busy machine slows all of them alike. */
import { spawn } from 'node:child_process'

export interface Contestant {
  readonly name: string
  readonly words: readonly [command: string, ...args: string[]]
  readonly env?: Readonly<Record<string, string>>
}

export interface Timing {
  readonly name: string
  readonly medianMs: number
  readonly leastMs: number
}

export async function raceProcesses(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<readonly Timing[]> {
  const times = contestants.map(() => [] as number[])
  // The first round warms the disk cache and does not count.
  for (let round = -1; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const ms = await runOnce(contestant)
      if (round >= 0) times[index]?.push(ms)
    }
  }
  return contestants.map(({ name }, index) => {
    const sorted = (times[index] ?? []).toSorted((a, b) => a - b)
    return { name, medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, leastMs: sorted[0] ?? 0 }
  })
}

export function printTimings(timings: readonly Timing[]): void {
  const floor = timings[0]
  for (const { name, medianMs, leastMs } of timings) {
    const ratio = floor === undefined ? 1 : medianMs / floor.medianMs
    const more = floor === undefined ? 0 : medianMs - floor.medianMs
    console.log(
      `${name.padEnd(44)} median ${medianMs.toFixed(0).padStart(5)} ms  least ${leastMs.toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)}×  ${more >= 0 ? '+' : ''}${more.toFixed(0)} ms`,
    )
  }
}

async function runOnce({ name, words: [command, ...args], env }: Contestant): Promise<number> {
  const started = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  })
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  if (code !== 0) throw new Error(`${name} ended with ${code}`)
  return performance.now() - started
}
