import { z } from 'zod'

import { ExecutionError } from '../../errors.ts'
import { serverId } from '../../ids.ts'
import type { Backend } from '../backend.ts'
import { confine } from '../confinement.ts'
import { defineTool, type ServerTool } from '../tool.ts'

export const maxSkillContentBytes: number = 100 * 1024

export function saveSkill({
  saveSkill: save,
  places,
}: Pick<Backend, 'saveSkill' | 'places'>): ServerTool {
  return defineTool({
    name: 'save_skill',
    title: 'Save a skill',
    description: 'Validate and write a SKILL.md.',
    input: z.strictObject({
      server_id: z.string(),
      content: z.string(),
      output_path: z.string().optional(),
      overwrite: z.boolean().optional(),
    }),
    output: z.object({
      output_path: z.string(),
      overwritten: z.boolean(),
      metadata: z.looseObject({}),
    }),
    annotations: { readOnlyHint: false, openWorldHint: false },
    run: async ({ server_id: id, content, output_path: path, overwrite = false }, { signal }) => {
      const server = serverId(id)
      const bytes = Buffer.byteLength(content)
      if (bytes > maxSkillContentBytes) throw tooLarge(bytes)
      const dir = await skillDir(places.skillsDir, path ?? server)
      const saved = await save(server, { dir, content, overwrite, signal })
      const { name, description, sections, words } = saved
      const metadata = { name, description, section_count: sections, word_count: words }
      return {
        structured: { output_path: saved.path, overwritten: saved.overwritten, metadata },
      }
    },
  })
}

// A skill is a folder; a path that ends in its SKILL.md means the folder.
async function skillDir(skillsDir: string, asked: string): Promise<string> {
  return await confine(skillsDir, asked.replace(/[/\\]?SKILL\.md$/, ''))
}

function tooLarge(bytes: number): ExecutionError {
  return new ExecutionError(
    'VALIDATION',
    `Cannot save the skill: it has ${bytes} bytes, over the limit of ${maxSkillContentBytes}; move detail into references/`,
  )
}
