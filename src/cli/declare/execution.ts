/** Commands that search tools and run programs: `search`, `describe`, `execute`. */
import type { Program, Run } from '../program.ts'

export function declareExecution(_program: Program, _run: Run): void {}
