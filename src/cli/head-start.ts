/** `execute` opens its engine before it reads its own words: a worker takes longer to start than all that the command loads. */
import { setFlagsFromString } from 'node:v8'

import { type LazyEngine, lazyEngine } from '../execution/index.ts'

/** One program at a time needs one worker. */
export function startEngine(): LazyEngine {
  optimiseLate()
  const engine = lazyEngine(1)
  engine.prestart()
  return engine
}

/**
 * V8 optimises the engine's interpreter in the background once it was busy for a moment, and a process that ends meanwhile
 * waits for it, 100 ms and more. Ten times later, a short program has ended before, and a long one gains as much.
 */
function optimiseLate(): void {
  setFlagsFromString('--wasm-tiering-budget=20000000')
}
