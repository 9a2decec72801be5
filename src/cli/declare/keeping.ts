/** Commands that keep what was made: `skill`, `plugin`, `tokens`. */
import type { Program, Run } from '../program.ts'
import { declarePlugins } from './plugins.ts'
import { declareSkills } from './skills.ts'
import { declareTokens } from './tokens.ts'

export function declareKeeping(program: Program, run: Run): void {
  declareSkills(program, run)
  declarePlugins(program, run)
  declareTokens(program, run)
}
