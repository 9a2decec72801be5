/** Commands that make us a server: `serve`. */
import type { Program, Run } from '../program.ts'

export function declareServe(_program: Program, _run: Run): void {}
