/** A SKILL.md that somebody wrote for a server: checked by every rule before anything of it is on disk. */
import { basename } from 'node:path'

import type { TreeMeta } from '../codegen/index.ts'
import { ExecutionError } from '../errors.ts'
import { skillName } from '../ids.ts'
import { parseSkill } from './frontmatter.ts'
import { checksumsOf, metadataFile, printMetadata } from './metadata.ts'
import type { SkillFile } from './skill-source.ts'
import type { SkillDraft } from './store.ts'
import { skillFile, validateSkill } from './validate.ts'

export interface WrittenSkillOptions {
  /** Pages that go beside it: what it may refer to. */
  readonly pages: readonly SkillFile[]
  /** The tree of the server the skill is for. */
  readonly meta: TreeMeta
  /** The folder it goes to; its last part must be the skill's name. */
  readonly dir: string
  readonly generatorVersion: string
  /** ISO 8601. */
  readonly generatedAt: string
}

export interface WrittenSkill {
  readonly draft: SkillDraft
  readonly sections: number
  readonly words: number
}

/** Throws VALIDATION with every rule the text breaks. */
export async function writtenSkill(
  content: string,
  options: WrittenSkillOptions,
): Promise<WrittenSkill> {
  const { meta, dir, pages, generatedAt, generatorVersion } = options
  const { fields, body } = parseSkill(content)
  const name = textField(fields, 'name')
  const draft: SkillDraft = {
    files: [{ path: skillFile, text: content }, ...pages],
    metadata: {
      kind: 'written',
      skill_name: name === '' ? basename(dir) : name,
      skill_description: textField(fields, 'description'),
      server_id: meta.server.id,
      server_name: meta.server.name,
      server_version: meta.server.version,
      protocol_version: meta.server.protocol_version,
      tool_count: meta.tools.length,
      tools: meta.tools.map(tool => ({
        server: meta.server.id,
        name: tool.name,
        digest: tool.digest,
      })),
      generated_at: generatedAt,
      generator_version: generatorVersion,
    },
  }
  await refuseBroken(draft, options)
  skillName(draft.metadata.skill_name)
  return { draft, ...countsOf(body) }
}

async function refuseBroken(draft: SkillDraft, { dir, meta }: WrittenSkillOptions): Promise<void> {
  const { files, metadata } = draft
  const checksums = await checksumsOf(files)
  const text = printMetadata({ format_version: 1, ...metadata, checksums })
  const contents = [...files, { path: metadataFile, text }].map(
    file => [file.path, Buffer.from(file.text)] as const,
  )
  const stored = { dir, folder: basename(dir), files: new Map(contents), unreadable: [] }
  const names = new Set(meta.tools.map(tool => tool.name))
  const { valid, errors } = await validateSkill(stored, { toolsOf: () => Promise.resolve(names) })
  if (valid) return
  const found = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new ExecutionError('VALIDATION', `Cannot save the skill: ${found}`, { details: { errors } })
}

function textField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

function countsOf(body: string): { readonly sections: number; readonly words: number } {
  const sections = body.match(/^#{1,6} +\S/gm)?.length ?? 0
  const words = body.match(/\S+/g)?.length ?? 0
  return { sections, words }
}
