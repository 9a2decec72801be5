import { z } from 'zod'

import { serverId, toolName } from '../../ids.ts'
import { decodeResult } from '../../runtime/index.ts'
import type { Backend } from '../backend.ts'
import { defineTool, type ServerTool } from '../tool.ts'

export function callTool({ caller }: Pick<Backend, 'caller'>): ServerTool {
  return defineTool({
    name: 'call_tool',
    title: 'Call one tool',
    description: 'One call; the whole result comes back.',
    input: z.strictObject({
      server: z.string(),
      tool: z.string(),
      args: z.record(z.string(), z.unknown()).optional(),
    }),
    output: z.object({ result: z.unknown() }),
    annotations: { readOnlyHint: false },
    run: async ({ server, tool, args = {} }, { signal, progress }) => {
      const result = await caller.call(
        { server: serverId(server), tool: toolName(tool), args },
        { signal, onProgress: step => progress(step.progress, step.total, step.message ?? '') },
      )
      const parts = result.content.map(part => ({ ...part }))
      if (result.isError === true) return { text: '', parts, isError: true }
      return { structured: { result: decodeResult(result) }, text: '', parts }
    },
  })
}
