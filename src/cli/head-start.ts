/** `execute` starts its engine and its compiler before it reads its own words: both take longer than everything it loads. */
import { setFlagsFromString } from 'node:v8'

import type { ProgramParts } from '../execution/index.ts'
import { lazyEngine } from '../sandbox/index.ts'

export async function headStart(
  argv: readonly string[],
  platform: NodeJS.Platform,
): Promise<ProgramParts> {
  optimiseLate()
  // One program at a time needs one worker.
  const engine = lazyEngine(1)
  engine.prestart()
  const { programParts } = await import('../execution/index.ts')
  const parts = programParts({ platform, architecture: process.arch }, engine)
  parts.warmUp({ checker: !argv.includes('--no-check') })
  return parts
}

/**
 * V8 optimises the engine's interpreter in the background once it was busy for a moment, and a process that ends meanwhile
 * waits for it, 100 ms and more. Ten times later, a short program has ended before, and a long one gains as much.
 */
function optimiseLate(): void {
  setFlagsFromString('--wasm-tiering-budget=20000000')
}
