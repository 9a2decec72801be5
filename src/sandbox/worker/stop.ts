/** How a run is ended from outside the program: thrown through the engine's frames, which no program can catch. */
import type { Limit } from '../outcome.ts'

export class Stop extends Error {
  override readonly name = 'Stop'
  readonly limit: Limit

  constructor(limit: Limit, message: string) {
    super(message)
    this.limit = limit
  }
}
