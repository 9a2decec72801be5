/** Our MCP server as the SDK serves it: one instance a connection (or a request, in the stateless era), all over one surface. */
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server'

import { packageVersion } from '../package-root.ts'
import { answerOf, failureOf } from './answer.ts'
import { type Gate } from './gate.ts'
import { type Resources } from './resources.ts'
import { type CallContext, type ServerTool } from './tool.ts'

/** Everything our server offers; shared by all its connections. */
export interface Surface {
  readonly instructions: string
  readonly tools: ReadonlyMap<string, ServerTool>
  readonly resources: Resources
  readonly gate: Gate
  /** A fresh execution session's id: the one a conversation uses when its calls name none. */
  readonly newSession: () => string
}

/** Tools and instructions never change while we run; what a client may keep, and for how long. */
const surfaceTtlMs = 3_600_000

export function createMcpServer(surface: Surface): Server {
  const defaultSession = once(() => surface.newSession())
  const server = new Server(
    { name: 'mcp-execution', title: 'mcp-execution', version: packageVersion() },
    {
      capabilities: { tools: {}, resources: {} },
      instructions: surface.instructions,
      cacheHints: {
        'tools/list': { ttlMs: surfaceTtlMs, cacheScope: 'public' },
        'server/discover': { ttlMs: surfaceTtlMs, cacheScope: 'public' },
      },
    },
  )
  server.setRequestHandler('tools/list', () => ({ tools: listTools(surface.tools) }))
  server.setRequestHandler('tools/call', async (request, context) => {
    const { name, arguments: args = {} } = request.params
    const tool = surface.tools.get(name)
    if (tool === undefined) throw unknownTool(name, surface.tools)
    return await callTool(tool, args, { server, surface, context, defaultSession })
  })
  serveResources(server, surface.resources)
  return server
}

function listTools(tools: Surface['tools']): Tool[] {
  return [...tools.values()].map(({ name, title, description, ...tool }) => ({
    name,
    description,
    inputSchema: { ...tool.inputSchema, type: 'object' as const },
    ...(title === undefined ? {} : { title }),
    ...(tool.outputSchema === undefined ? {} : { outputSchema: tool.outputSchema }),
    ...(tool.annotations === undefined ? {} : { annotations: tool.annotations }),
  }))
}

interface Call {
  readonly server: Server
  readonly surface: Surface
  readonly context: ServerContext
  readonly defaultSession: () => string
}

async function callTool(tool: ServerTool, args: unknown, call: Call): Promise<CallToolResult> {
  const { signal } = call.context.mcpReq
  try {
    const { server } = call
    const answer = await call.surface.gate.run(signal, () => tool.call(args, callContext(call)))
    return server.projectCallToolResult(answerOf(answer), tool.outputSchema)
  } catch (error) {
    return failureOf(error)
  }
}

function callContext({ context, defaultSession }: Call): CallContext {
  const { signal, _meta } = context.mcpReq
  const progressToken = _meta?.progressToken
  return {
    signal,
    defaultSession,
    progress: (progress, total, message) => {
      if (progressToken === undefined || signal.aborted) return
      const params = { progressToken, progress, message, ...(total === undefined ? {} : { total }) }
      // A client that has gone away needs no progress; its request ends through the signal.
      context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
    },
  }
}

function serveResources(server: Server, resources: Resources): void {
  server.setRequestHandler('resources/list', async request => ({
    ...(await resources.list(request.params?.cursor)),
  }))
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [...resources.templates],
  }))
  server.setRequestHandler('resources/read', async request => {
    const contents = await resources.read(request.params.uri)
    if (contents === undefined) throw new ResourceNotFoundError(request.params.uri)
    return { contents: [contents] }
  })
}

function unknownTool(name: string, tools: Surface['tools']): ProtocolError {
  const known = [...tools.keys()].join(', ')
  const message = `Cannot call ${JSON.stringify(name.slice(0, 128))}: our tools are ${known}`
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
