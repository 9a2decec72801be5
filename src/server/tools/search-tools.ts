import { z } from 'zod'

import type { Backend } from '../backend.ts'
import { defineTool, type ServerTool } from '../tool.ts'

const defaultLimit = 10

export function searchTools({ search }: Pick<Backend, 'search'>): ServerTool {
  return defineTool({
    name: 'search_tools',
    title: 'Search tools',
    description: 'Find tools of all servers, and saved programs, by what they do.',
    input: z.strictObject({
      query: z.string().max(1000),
      server: z.string().optional(),
      limit: z.int().min(1).max(50).optional(),
    }),
    output: z.object({
      tools: z.array(z.looseObject({})),
      programs: z.array(z.looseObject({})).optional(),
    }),
    annotations: { readOnlyHint: true },
    run: async ({ query, server, limit = defaultLimit }, { signal }) => {
      const only = server === undefined ? {} : { server }
      const { tools, programs, unreachable } = await search(query, { signal, limit, ...only })
      const missing = unreachable.length === 0 ? {} : { unreachable }
      const hits = tools.map(({ server: id, tool, signature, description }) => ({
        server: id,
        tool,
        signature,
        ...(description === undefined ? {} : { description }),
      }))
      const saved = programs.length === 0 ? {} : { programs }
      return { structured: { tools: hits, ...saved, ...missing } }
    },
  })
}
