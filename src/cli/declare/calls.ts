/** Commands that call tools, and keep their connections warm: `call`, `daemon`. */
import type { Program, Run } from '../program.ts'

export function declareCalls(_program: Program, _run: Run): void {}

/** Commands that say how things stand: `stats`, `debug`, `cache`. */
export function declareDiagnosis(_program: Program, _run: Run): void {}
