/** The author's text does not parse. */
import type { Position } from './prepared.ts'

export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxError'
  readonly position: Position | undefined
  /** The parser itself gave up in the middle of its work, and is not to be used again. */
  readonly brokeParser: boolean

  constructor(message: string, position?: Position, brokeParser = false) {
    super(message)
    this.position = position
    this.brokeParser = brokeParser
  }
}
