/** Rules that bind a skill's files to its `.metadata.json`, and both to the server's generated tree. */
import { quoteName } from '../text/index.ts'
import type { ParsedSkill } from './frontmatter.ts'
import { isRecord } from './is-record.ts'
import { checksumOf, metadataFile, parseMetadata, type SkillMetadata } from './metadata.ts'
import { type StoredSkill, textOf } from './read-skill.ts'
import type { Problem } from './report.ts'
import type { Findings, ValidateOptions } from './validate.ts'

interface Scope {
  readonly found: Findings
  readonly options: ValidateOptions
}

const dayMs = 86_400_000

export async function metadataProblems(
  parsed: ParsedSkill | undefined,
  skill: StoredSkill,
  { found, options }: Scope,
): Promise<void> {
  const text = textOf(skill, metadataFile)
  if (text === undefined) {
    missing(parsed, found)
    return
  }
  const read = parseMetadata(text)
  if (!read.ok) {
    found.errors.push(...read.problems)
    return
  }
  const { metadata } = read
  found.errors.push(...presence(metadata), ...equality(metadata, parsed, skill.folder))
  if (metadata.tool_count === 0 && metadata.kind !== 'program' && options.strict === true) {
    found.warnings.push(problem('tool_count', 'is 0: the skill offers no tool'))
  }
  found.errors.push(...timestamp(metadata, options.now ?? Date.now))
  await checksums(metadata, skill, found)
  await tools(metadata, parsed, { found, options })
}

// A skill written by hand has no metadata; one of ours always had.
function missing(parsed: ParsedSkill | undefined, found: Findings): void {
  const metadata = parsed?.fields['metadata']
  const ours = isRecord(metadata) && String(metadata['generator']).startsWith('mcp-execution')
  const list = ours ? found.errors : found.warnings
  list.push(
    problem(
      metadataFile,
      ours
        ? 'is missing'
        : 'is missing: not made by mcp-execution, so nothing vouches for its files',
    ),
  )
}

function presence(metadata: SkillMetadata): readonly Problem[] {
  const required = [
    'server_id',
    'server_name',
    'server_version',
    'protocol_version',
    'generator_version',
  ] as const
  return required
    .filter(field => metadata[field].trim() === '')
    .map(field => problem(field, 'is empty'))
}

function equality(
  metadata: SkillMetadata,
  parsed: ParsedSkill | undefined,
  folder: string,
): readonly Problem[] {
  const problems: Problem[] = []
  const { name, description } = parsed?.fields ?? {}
  if (metadata.skill_name !== folder) {
    problems.push(problem('skill_name', `differs from the folder's name ${quoteName(folder)}`))
  }
  if (parsed !== undefined && metadata.skill_name !== name) {
    problems.push(problem('skill_name', "differs from the frontmatter's name"))
  }
  if (parsed !== undefined && metadata.skill_description !== description) {
    problems.push(problem('skill_description', "differs from the frontmatter's description"))
  }
  if (metadata.tool_count !== metadata.tools.length) {
    const { length } = metadata.tools
    problems.push(
      problem('tool_count', `is ${metadata.tool_count}, but ${length} tools are listed`),
    )
  }
  return problems
}

function timestamp({ generated_at: at }: SkillMetadata, now: () => number): readonly Problem[] {
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
  const time = Date.parse(at)
  if (!iso.test(at) || Number.isNaN(time)) return [problem('generated_at', 'is no ISO 8601 time')]
  return time > now() + dayMs ? [problem('generated_at', 'lies in the future')] : []
}

async function checksums(
  { checksums: recorded }: SkillMetadata,
  skill: StoredSkill,
  { errors, warnings }: Findings,
): Promise<void> {
  for (const [path, expected] of Object.entries(recorded)) {
    const broken = await checksumProblem(expected, skill.files.get(path))
    if (broken !== undefined) errors.push(problem(path, broken))
  }
  const unlisted = [...skill.files.keys()].filter(
    path => path !== metadataFile && !Object.hasOwn(recorded, path),
  )
  const shipped = unlisted.filter(path => /^(?:SKILL|REFERENCE)\.md$/.test(path))
  errors.push(...shipped.map(path => problem(path, 'has no checksum')))
  const added = unlisted.filter(path => !shipped.includes(path))
  warnings.push(...added.map(path => problem(path, 'was added: it has no checksum')))
}

async function checksumProblem(
  expected: string,
  content: Uint8Array | undefined,
): Promise<string | undefined> {
  if (!/^blake3:[0-9a-f]{64}$/.test(expected)) return 'has no BLAKE3 checksum'
  if (content === undefined) return 'is missing'
  const matches = (await checksumOf(content)) === expected
  return matches ? undefined : 'was changed: its checksum does not match'
}

async function tools(
  metadata: SkillMetadata,
  parsed: ParsedSkill | undefined,
  { found: { errors, warnings }, options }: Scope,
): Promise<void> {
  errors.push(...unlistedCalls(metadata, parsed?.body ?? ''))
  const servers = new Set(metadata.tools.map(({ server }) => server))
  for (const server of servers) {
    const present = await options.toolsOf?.(server)
    if (present === undefined) {
      if (options.toolsOf !== undefined) {
        warnings.push(
          problem('tools', `cannot be checked: server ${quoteName(server)} has no generated tree`),
        )
      }
      continue
    }
    const gone = metadata.tools.filter(tool => tool.server === server && !present.has(tool.name))
    errors.push(
      ...gone.map(({ name }) =>
        problem('tools', `the server has no tool ${quoteName(name)} any more`),
      ),
    )
  }
}

function unlistedCalls({ kind, tools: recorded }: SkillMetadata, body: string): readonly Problem[] {
  if (kind !== 'server') return []
  const listed = new Set(recorded.map(({ server, name }) => `${server}.${name}`))
  return [...toolReferences(body)]
    .filter(reference => !listed.has(reference) && !reference.endsWith('.TOOL'))
    .map(reference => `calls the tool ${quoteName(reference)}, which the skill does not list`)
    .map(message => problem('content', message))
}

/** `server.tool` of every shell call the text shows. */
function toolReferences(body: string): ReadonlySet<string> {
  const calls = body.matchAll(/mcp-execution call '?([a-z0-9][a-z0-9_-]*\.[^\s'"]+)/g)
  return new Set([...calls].map(([, reference = '']) => reference))
}

function problem(field: string, message: string): Problem {
  return { field, message }
}
