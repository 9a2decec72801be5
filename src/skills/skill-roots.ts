/** The folders skills are kept in, by who reads them and for whom they are (contract §9). */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** Claude Code reads `.claude/skills`, most others `.agents/skills`. */
export type SkillTarget = 'claude' | 'agents' | 'both'
export type SkillScope = 'user' | 'project'

export interface SkillPlace {
  readonly home: string
  readonly cwd: string
  /** The user's own skills of Claude Code: `~/.claude/skills`. */
  readonly skillsDir: string
}

export interface SkillChoice {
  readonly target?: SkillTarget | undefined
  readonly scope?: SkillScope | undefined
  /** Wins over both. */
  readonly dir?: string | undefined
}

/** Where to write: one folder, or two for "both". Without a scope, the project's `.claude/skills` if there is one. */
export function skillRoots(
  { home, cwd, skillsDir }: SkillPlace,
  { target = 'claude', scope, dir }: SkillChoice = {},
): readonly string[] {
  if (dir !== undefined) return [isAbsolute(dir) ? dir : join(cwd, dir)]
  const isProject =
    scope === 'project' || (scope === undefined && existsSync(join(cwd, '.claude', 'skills')))
  const claude = isProject ? join(cwd, '.claude', 'skills') : skillsDir
  const agents = join(isProject ? cwd : home, '.agents', 'skills')
  return { claude: [claude], agents: [agents], both: [claude, agents] }[target]
}

/** Where to look: the chosen folders, or every one there may be, the project's first. */
export function allSkillRoots(place: SkillPlace, choice: SkillChoice = {}): readonly string[] {
  const { target, scope, dir } = choice
  if (dir !== undefined) return skillRoots(place, choice)
  const scopes = scope === undefined ? (['project', 'user'] as const) : [scope]
  const roots = scopes.flatMap(each => skillRoots(place, { target: target ?? 'both', scope: each }))
  return [...new Set(roots)]
}
