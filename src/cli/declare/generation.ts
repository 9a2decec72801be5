/** Commands of the main journey: `introspect`, `generate`. */
import type { Program, Run } from '../program.ts'

export function declareGeneration(_program: Program, _run: Run): void {}
