import { z } from 'zod'

import type { Backend } from '../backend.ts'
import { defineTool, type ServerTool } from '../tool.ts'

export function describeTools({ describe }: Pick<Backend, 'describe'>): ServerTool {
  return defineTool({
    name: 'describe_tools',
    title: 'Describe tools',
    description: 'TypeScript signatures and docs.',
    input: z.strictObject({
      names: z.array(z.string()).min(1).max(50).describe('"server" (its index) or "server.tool"'),
    }),
    output: z.object({ text: z.string() }),
    annotations: { readOnlyHint: true },
    run: async ({ names }, { signal }) => {
      const text = await describe(names, { signal })
      return { structured: { text }, text }
    },
  })
}
