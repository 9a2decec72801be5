/** Commands that keep what was made: `skill`, `plugin`, `tokens`. */
import type { Program, Run } from '../program.ts'

export function declareKeeping(_program: Program, _run: Run): void {}
