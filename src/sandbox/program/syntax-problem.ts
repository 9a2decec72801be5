/** The author's text does not parse. */
import type { Position } from './prepared.ts'

export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxError'
  readonly position: Position | undefined

  constructor(message: string, position?: Position) {
    super(message)
    this.position = position
  }
}
