/** Finds the seed of Math.random in the engine's memory, so that every run can get its own. */
import { ExecutionError } from '../../errors.ts'

const mask = (1n << 64n) - 1n

/** The address of the xorshift64* state: the only eight bytes that `advance` moves exactly as that generator does. */
export function findRandomState(memory: WebAssembly.Memory, advance: () => void): number {
  // The first call may allocate; after it the state is all that follows the generator's rule.
  advance()
  const before = new BigUint64Array(memory.buffer.slice(0))
  advance()
  const after = new BigUint64Array(memory.buffer)
  const found: number[] = []
  for (let index = 0; index < before.length; index += 1) {
    const was = before[index] ?? 0n
    if (was !== 0n && was !== after[index] && next(was) === after[index]) found.push(index * 8)
  }
  const [address] = found
  if (address === undefined || found.length > 1) {
    throw new ExecutionError(
      'INTERNAL',
      'Cannot start the QuickJS engine: its random seed was not found; pin the engine again',
    )
  }
  return address
}

/** One step of xorshift64*, without its final multiplication. */
function next(state: bigint): bigint {
  let value = state
  value ^= value >> 12n
  value ^= (value << 25n) & mask
  value ^= value >> 27n
  return value
}
