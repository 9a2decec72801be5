/** One finding of the type checker, in the program's own lines (1-based). */
export interface Diagnostic {
  readonly line: number
  readonly column: number
  /** "TS2345", or our own "MISSING_AWAIT", … */
  readonly code: string
  /** What is wrong, with "did you mean" and the right signature where there is one. */
  readonly message: string
  readonly codeFrame: string
}
