/** Upstream tools passed through as our own (`serve --expose NAME`): same names, schemas and answers, over our warm connection. */
import type { ToolCaller } from '../bridge/index.ts'
import type { Tool } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import type { ServerId } from '../ids.ts'
import { type CallContext, type JsonObject, type ServerTool, type ToolAnswer } from './tool.ts'

/** Every tool of `server`; throws VALIDATION where a name is taken already. */
export async function exposeTools(
  server: ServerId,
  caller: ToolCaller,
  taken: ReadonlySet<string>,
): Promise<readonly ServerTool[]> {
  const { tools } = await caller.catalog(server)
  const clash = tools.find(tool => taken.has(tool.name))
  if (clash !== undefined) throw nameTaken(server, clash.name)
  return tools.map(tool => exposed(server, tool, caller))
}

function exposed(server: ServerId, tool: Tool, caller: ToolCaller): ServerTool {
  const { name, title, description = '', outputSchema, annotations } = tool
  return {
    name,
    description,
    inputSchema: objectSchema(tool.inputSchema),
    ...(title === undefined ? {} : { title }),
    ...(outputSchema === undefined ? {} : { outputSchema: objectSchema(outputSchema) }),
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    call: async (args, context) => await passThrough({ server, tool, caller }, args, context),
  }
}

interface Route {
  readonly server: ServerId
  readonly tool: Tool
  readonly caller: ToolCaller
}

async function passThrough(
  { server, tool, caller }: Route,
  args: unknown,
  { signal, progress }: CallContext,
): Promise<ToolAnswer> {
  const result = await caller.call(
    { server, tool: tool.name, args: isObject(args) ? args : {} },
    { signal, onProgress: step => progress(step.progress, step.total, step.message ?? '') },
  )
  const { content, structuredContent, isError } = result
  return {
    text: '',
    parts: content.map(part => ({ ...part })),
    ...(isObject(structuredContent) ? { structured: structuredContent } : {}),
    ...(isError === undefined ? {} : { isError }),
  }
}

function objectSchema(schema: Tool['inputSchema']): JsonObject {
  return typeof schema === 'boolean' ? { type: 'object' } : schema
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameTaken(server: string, tool: string): ExecutionError {
  return new ExecutionError(
    'VALIDATION',
    `Cannot expose "${server}": its tool ${JSON.stringify(tool)} has the name of another tool we serve; call it through call_tool`,
  )
}
