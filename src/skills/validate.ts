/** SkillValidator: every rule a skill must keep to be read by every client as it was meant (contract §9). */
import { contentProblems } from './content-rules.ts'
import { frontmatterProblems } from './frontmatter-rules.ts'
import { parseSkill } from './frontmatter.ts'
import { metadataProblems } from './metadata-rules.ts'
import { type StoredSkill, textOf } from './read-skill.ts'
import type { Problem, ValidationReport } from './report.ts'

export const skillFile = 'SKILL.md'

export interface ValidateOptions {
  /** Adds the warnings that matter before a skill is published. */
  readonly strict?: boolean
  /** The wire names a server's generated tree has; undefined where there is no tree. */
  readonly toolsOf?: (serverId: string) => Promise<ReadonlySet<string> | undefined>
  readonly now?: () => number
}

/** Findings of one group of rules. */
export interface Findings {
  readonly errors: Problem[]
  readonly warnings: Problem[]
}

/** Checks a folder that was read; reads nothing itself but the tool names `toolsOf` gives. */
export async function validateSkill(
  skill: StoredSkill,
  options: ValidateOptions = {},
): Promise<ValidationReport> {
  const found: Findings = { errors: [], warnings: [] }
  const text = textOf(skill, skillFile)
  const parsed = text === undefined ? undefined : parseSkill(text)
  if (parsed === undefined) found.errors.push(unreadable(skill))
  else {
    frontmatterProblems(parsed, skill.folder, found)
    contentProblems(parsed, skill, { found, strict: options.strict ?? false })
  }
  await metadataProblems(parsed, skill, { found, options })
  found.errors.push(...skill.unreadable.map(path => problem(path, 'is a link or over 1 MiB')))
  return { valid: found.errors.length === 0, errors: found.errors, warnings: found.warnings }
}

function unreadable(skill: StoredSkill): Problem {
  const lowerCase = [...skill.files.keys()].find(path => /^skill\.md$/i.test(path))
  if (skill.files.has(skillFile)) return problem(skillFile, 'is not UTF-8')
  return problem(
    skillFile,
    lowerCase === undefined
      ? 'is missing'
      : `is missing: ${lowerCase} must be spelled ${skillFile}`,
  )
}

function problem(field: string, message: string): Problem {
  return { field, message }
}
