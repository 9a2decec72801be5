import { z } from 'zod'

import type { ToolCall, ToolCaller, ToolCallOptions } from '../../bridge/index.ts'
import type { ToolResult } from '../../client/index.ts'
import { wireNameOf } from '../../codegen/index.ts'
import { ExecutionError } from '../../errors.ts'
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
      const call = { server: serverId(server), tool: toolName(tool), args }
      const onProgress: ToolCallOptions['onProgress'] = step =>
        progress(step.progress, step.total, step.message ?? '')
      const result = await callByEitherName(caller, call, { signal, onProgress })
      const parts = result.content.map(part => ({ ...part }))
      if (result.isError === true) return { text: '', parts, isError: true }
      return { structured: { result: decodeResult(result) }, text: '', parts }
    },
  })
}

/** A model that read the generated files knows the tool by its name there. */
async function callByEitherName(
  caller: ToolCaller,
  call: ToolCall,
  options: ToolCallOptions,
): Promise<ToolResult> {
  try {
    return await caller.call(call, options)
  } catch (error) {
    if (!ExecutionError.is(error, 'TOOL_NOT_FOUND')) throw error
    const { tools } = await caller.catalog(call.server, options)
    const meant = wireNameOf(
      tools.map(tool => tool.name),
      call.tool,
    )
    if (meant === undefined) throw error
    return await caller.call({ ...call, tool: toolName(meant) }, options)
  }
}
