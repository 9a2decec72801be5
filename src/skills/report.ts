/** One finding, and where it is. */
export interface Problem {
  readonly field: string
  readonly message: string
}

/** What a skill's check found: valid means no errors; warnings never change that. */
export interface ValidationReport {
  readonly valid: boolean
  readonly errors: readonly Problem[]
  readonly warnings: readonly Problem[]
}
