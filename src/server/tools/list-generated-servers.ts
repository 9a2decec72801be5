import { z } from 'zod'

import type { Backend } from '../backend.ts'
import { confine } from '../confinement.ts'
import { defineTool, type ServerTool } from '../tool.ts'

export function listGeneratedServers({
  listTrees,
  places,
}: Pick<Backend, 'listTrees' | 'places'>): ServerTool {
  return defineTool({
    name: 'list_generated_servers',
    title: 'List typed trees',
    description: 'Servers with generated files.',
    input: z.strictObject({ base_dir: z.string().optional() }),
    output: z.object({ servers: z.array(z.looseObject({})), total_servers: z.int() }),
    annotations: { readOnlyHint: true, openWorldHint: false },
    run: async ({ base_dir: dir }) => {
      const base = dir === undefined ? places.serversDir : await confine(places.serversDir, dir)
      const trees = await listTrees(base)
      const servers = trees.map(({ id, toolCount, generatedAt, outputDir, stale }) => ({
        id,
        tool_count: toolCount,
        generated_at: generatedAt,
        output_dir: outputDir,
        ...(stale === undefined ? {} : { stale }),
      }))
      return { structured: { servers, total_servers: servers.length } }
    },
  })
}
