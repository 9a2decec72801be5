/** Rules on what a SKILL.md says: long enough to help, short enough to load, and every file it names is there. */
import { posix } from 'node:path'

import { isSuspicious } from '../text/index.ts'
import type { ParsedSkill } from './frontmatter.ts'
import type { StoredSkill } from './read-skill.ts'
import type { Problem } from './report.ts'
import type { Findings } from './validate.ts'

const maxSkillContentBytes: number = 100 * 1024
const maxBodyLines = 500
const minBodyLength = 100
const maxBodyWords = 5000

export function contentProblems(
  { body: whole }: ParsedSkill,
  skill: StoredSkill,
  { found: { errors, warnings }, strict }: { readonly found: Findings; readonly strict: boolean },
): void {
  const body = whole.slice(0, maxSkillContentBytes)
  const size = skill.files.get('SKILL.md')?.length ?? 0
  const lines = body.split(/\r?\n/).length
  if (size > maxSkillContentBytes) {
    errors.push(problem('content', `is ${size} bytes; ${maxSkillContentBytes} are the most`))
  }
  if (body.trim() === '') errors.push(problem('content', 'is empty'))
  if (lines > maxBodyLines) {
    errors.push(
      problem(
        'content',
        `has ${lines} lines; move some to references/, ${maxBodyLines} are the most`,
      ),
    )
  }
  errors.push(...missingFiles(body, skill))
  warnings.push(...actedOn(body))
  if (strict) warnings.push(...lengthWarnings(body))
}

/** Relative links must name a file of the skill; those out of it never do. */
function missingFiles(body: string, skill: StoredSkill): readonly Problem[] {
  const targets = new Set([...linkTargets(body), ...mentionedFiles(body)])
  return [...targets]
    .filter(target => !isThere(target, skill))
    .map(target => problem('content', `names the file "${target}", which is not in the skill`))
}

function isThere(target: string, skill: StoredSkill): boolean {
  const path = posix.normalize(target).replace(/\/$/, '')
  return [...skill.files.keys()].some(file => file === path || file.startsWith(`${path}/`))
}

function linkTargets(body: string): readonly string[] {
  const outsideFences = body.replaceAll(/^[ \t]*(```+|~~~+)[\s\S]*?^[ \t]*\1.*$/gm, '')
  return [...outsideFences.matchAll(/\[[^\]]*\]\(([^)]+)\)/g)]
    .map(([, target = '']) =>
      target
        .trim()
        .replace(/^<(.*)>$/, '$1')
        .replace(/\s+["'(].*$/, ''),
    )
    .filter(target => !/^(?:[a-z][a-z0-9+.-]*:|#|\/)|[{}]/i.test(target))
    .map(target => target.replace(/[#?].*$/, ''))
    .filter(target => target !== '')
}

function mentionedFiles(body: string): readonly string[] {
  const mentions = body.matchAll(
    /(?<![\w/.-])(?:references|scripts|assets)\/[\w./-]*[\w-]\.[a-z0-9]+/gi,
  )
  return [...mentions].map(([mention]) => mention)
}

/** What a client does on its own when it loads the skill: meant, perhaps, by whoever wrote it, never by a server. */
function actedOn(body: string): readonly Problem[] {
  const warnings: Problem[] = []
  if (/!`[^`]|^[ \t]*```+!/m.test(body)) {
    warnings.push(problem('content', 'holds a command that clients run when they load the skill'))
  }
  if (/\$(?:ARGUMENTS\b|\d)/.test(body)) {
    warnings.push(problem('content', 'holds $ARGUMENTS or $1, which clients replace'))
  }
  if (isSuspicious(body)) {
    warnings.push(problem('content', 'holds invisible or text-direction characters'))
  }
  return warnings
}

function lengthWarnings(body: string): readonly Problem[] {
  const length = body.trim().length
  const words = body.split(/\s+/).length
  if (length > 0 && length < minBodyLength) {
    return [problem('content', `is short: ${length} characters`)]
  }
  return words > maxBodyWords ? [problem('content', `is long: ${words} words`)] : []
}

function problem(field: string, message: string): Problem {
  return { field, message }
}
