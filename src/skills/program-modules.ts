/** Where saved programs are mounted for those that import them. */
import type { RecordedTool } from './metadata.ts'

export const skillsMount = '/mcp-tools/skills'

export interface SavedProgram {
  readonly name: string
  readonly description: string
  readonly dir: string
  /** TypeScript. */
  readonly source: string
  /** Names a program can import, "default" among them. */
  readonly exports: readonly string[]
  /** Every tool it names, with its digest when the program was last checked. */
  readonly tools: readonly RecordedTool[]
}

/** The modules to mount, by absolute virtual path. */
export function programModules(programs: readonly SavedProgram[]): ReadonlyMap<string, string> {
  return new Map(programs.map(({ name, source }) => [modulePath(name), source]))
}

export function modulePath(name: string): string {
  return `${skillsMount}/${name}.ts`
}
