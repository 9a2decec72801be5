/** Rules on the frontmatter's fields: the Agent Skills specification, and what its published validators ask beyond it. */
import { ExecutionError } from '../errors.ts'
import { skillDescription, skillName } from '../ids.ts'
import { quoteName } from '../text/index.ts'
import type { ParsedSkill } from './frontmatter.ts'
import { isRecord } from './is-record.ts'
import type { Problem } from './report.ts'
import type { Findings } from './validate.ts'

const knownFields = new Set([
  'name',
  'description',
  'license',
  'compatibility',
  'metadata',
  'allowed-tools',
])
const maxDescription = 1024
const maxCompatibility = 500

export function frontmatterProblems(
  { fields, raw, problems }: ParsedSkill,
  folder: string,
  { errors }: Findings,
): void {
  errors.push(...problems)
  if (problems.some(({ message }) => /missing|closed|valid YAML|mark|mapping/.test(message))) return
  errors.push(
    ...nameProblems(fields['name'], folder),
    ...descriptionProblems(fields['description']),
    ...orderProblems(raw),
    ...unknownFields(fields),
    ...optionalFields(fields),
  )
}

function nameProblems(name: unknown, folder: string): readonly Problem[] {
  if (name === undefined || name === null || name === '') return [problem('name', 'is missing')]
  if (typeof name !== 'string') return [problem('name', 'is not a string; quote it')]
  const broken = ruleOf(() => skillName(name))
  const elsewhere = name.normalize('NFKC') !== folder.normalize('NFKC')
  return [
    ...(broken === undefined ? [] : [problem('name', broken)]),
    ...(elsewhere ? [problem('name', `differs from the folder's name ${quoteName(folder)}`)] : []),
  ]
}

function descriptionProblems(description: unknown): readonly Problem[] {
  const field = 'description'
  if (description === undefined || description === null) return [problem(field, 'is missing')]
  if (typeof description !== 'string') return [problem(field, 'is not a string; quote it')]
  if (description.trim() === '') return [problem(field, 'is empty')]
  const broken = ruleOf(() => skillDescription(description))
  if (broken !== undefined) return [problem(field, broken)]
  // Some readers count UTF-16 units, where one emoji is two.
  if (description.length <= maxDescription) return []
  const length = `is ${description.length} UTF-16 units`
  return [problem(field, `${length}; some readers count those, and stop at ${maxDescription}`)]
}

// A linter in wide use looks for the first "name:" and "description:" of the text, wherever they stand.
function orderProblems(raw: string): readonly Problem[] {
  const name = raw.indexOf('name:')
  const description = raw.indexOf('description:')
  const swapped = name !== -1 && description !== -1 && name > description
  return swapped ? [problem('frontmatter', 'must give name before description')] : []
}

function unknownFields(fields: ParsedSkill['fields']): readonly Problem[] {
  return Object.keys(fields)
    .filter(field => !knownFields.has(field))
    .map(field => problem(field, 'is no field of the Agent Skills specification'))
}

function optionalFields(fields: ParsedSkill['fields']): readonly Problem[] {
  const { license, compatibility, metadata } = fields
  const problems: Problem[] = []
  if ('license' in fields && typeof license !== 'string') {
    problems.push(problem('license', 'is not a string'))
  }
  if ('allowed-tools' in fields && typeof fields['allowed-tools'] !== 'string') {
    problems.push(problem('allowed-tools', 'is not a string; separate the tools by blanks'))
  }
  if ('compatibility' in fields && !isCompatibility(compatibility)) {
    problems.push(
      problem('compatibility', `is not a string of 1 to ${maxCompatibility} characters`),
    )
  }
  const isMap =
    isRecord(metadata) && Object.values(metadata).every(value => typeof value === 'string')
  if ('metadata' in fields && !isMap) problems.push(problem('metadata', 'is not a map of strings'))
  return problems
}

function isCompatibility(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxCompatibility
}

function ruleOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (!ExecutionError.is(error, 'INVALID_ARGUMENT')) throw error
    return `breaks a rule: ${error.message.slice(error.message.lastIndexOf(': ') + 2)}`
  }
}

function problem(field: string, message: string): Problem {
  return { field, message }
}
