/**
 * Saved programs as later programs see them: modules at `/mcp-tools/skills/<name>.ts` (bare: `skills/<name>`). A program
 * whose tools changed since it was checked is checked again before anyone may import it.
 */
import { join } from 'node:path'

import { checksumOf, type RecordedTool, type SkillMetadata } from './metadata.ts'
import type { SavedProgram } from './program-modules.ts'
import { scriptPath } from './program-skill.ts'
import { readProgram } from './program-text.ts'
import { readSkill, textOf } from './read-skill.ts'
import { listSkills, metadataOf, saveSkill } from './store.ts'

/** Whole saved programs below the roots, by name; the first root that has a name wins. Changed files are left out. */
export async function listPrograms(roots: readonly string[]): Promise<readonly SavedProgram[]> {
  const programs = new Map<string, SavedProgram>()
  for (const root of roots) {
    for (const { dir, metadata } of await listSkills([root])) {
      if (metadata?.kind !== 'program' || programs.has(metadata.skill_name)) continue
      const program = await readProgramSkill(dir, metadata)
      if (program !== undefined) programs.set(program.name, program)
    }
  }
  return [...programs.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export interface RecheckDeps {
  /** The digest a tool has now; undefined where the server's tree has no such tool. */
  readonly digestOf: (server: string, tool: string) => Promise<string | undefined>
  /** What is wrong with the program, checked against the tools as they are now; undefined where nothing is. */
  readonly check: (program: SavedProgram) => Promise<string | undefined>
}

export type Recheck =
  | { readonly status: 'current' | 'rechecked'; readonly program: SavedProgram }
  | { readonly status: 'broken'; readonly program: SavedProgram; readonly problem: string }

/** Checks a program again if a tool of it changed; the new digests are recorded when it still fits. */
export async function recheckProgram(program: SavedProgram, deps: RecheckDeps): Promise<Recheck> {
  const now: RecordedTool[] = []
  for (const { server, name } of program.tools) {
    now.push({ server, name, digest: await deps.digestOf(server, name) })
  }
  const isCurrent = now.every(({ digest }, at) => digest === program.tools[at]?.digest)
  if (isCurrent) return { status: 'current', program }
  const gone = now.find(({ digest }) => digest === undefined)
  const problem =
    gone === undefined
      ? await deps.check(program)
      : `the tool "${gone.server}.${gone.name}" is no more; generate the server again, or save the program anew`
  if (problem !== undefined) return { status: 'broken', program, problem }
  await recordDigests(program, now)
  return { status: 'rechecked', program: { ...program, tools: now } }
}

async function recordDigests({ dir }: SavedProgram, tools: readonly RecordedTool[]): Promise<void> {
  const skill = await readSkill(dir)
  const metadata = metadataOf(skill)
  if (metadata === undefined) return
  const files = Object.keys(metadata.checksums).flatMap(path => {
    const text = textOf(skill, path)
    return text === undefined ? [] : [{ path, text }]
  })
  const { format_version: _version, checksums: _checksums, ...rest } = metadata
  await saveSkill({ files, metadata: { ...rest, tools } }, join(dir, '..'))
}

async function readProgramSkill(
  dir: string,
  metadata: SkillMetadata,
): Promise<SavedProgram | undefined> {
  const { skill_name: name, skill_description: description, tools, checksums } = metadata
  const skill = await readSkill(dir)
  const source = textOf(skill, scriptPath(name))
  if (name !== skill.folder || source === undefined) return undefined
  if ((await checksumOf(source)) !== checksums[scriptPath(name)]) return undefined
  const exports = readProgram(source).exports.map(each => each.name)
  return { name, description, dir, source, exports, tools }
}
