import { join } from 'node:path'

import { z } from 'zod'

import { serverId } from '../../ids.ts'
import type { Backend } from '../backend.ts'
import { defineTool, type ServerTool } from '../tool.ts'

export function generateSkill({
  draftSkill,
  places,
}: Pick<Backend, 'draftSkill' | 'places'>): ServerTool {
  return defineTool({
    name: 'generate_skill',
    title: 'Prepare a skill',
    description: 'All a SKILL.md for a generated server needs; write it, then save_skill.',
    input: z.strictObject({
      server_id: z.string(),
      skill_name: z.string().optional(),
      use_case_hints: z.array(z.string().max(200)).max(20).optional(),
    }),
    output: z.object({
      skill_name: z.string(),
      categories: z.looseObject({}),
      tools: z.array(z.looseObject({})),
      generation_prompt: z.string(),
      output_path: z.string(),
    }),
    annotations: { readOnlyHint: true, openWorldHint: false },
    run: async ({ server_id: id, skill_name: name, use_case_hints: hints = [] }, { signal }) => {
      const asked = { hints, signal, ...(name === undefined ? {} : { name }) }
      const draft = await draftSkill(serverId(id), asked)
      return {
        structured: {
          skill_name: draft.name,
          categories: draft.categories,
          tools: draft.tools,
          generation_prompt: draft.prompt,
          output_path: join(places.skillsDir, draft.name, 'SKILL.md'),
        },
      }
    },
  })
}
