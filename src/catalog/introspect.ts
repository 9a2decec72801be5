/** Asks a live server for everything it offers; one bad tool is skipped with a reason, and the rest still works. */
import type { Connection, WireTool } from '../client/index.ts'
import { sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import type { ServerId } from '../ids.ts'
import { truncate } from '../text/index.ts'
import type { Catalog, ServerInfo, SkippedTool, Tool } from './catalog.ts'
import { readTool, type ToolLimits } from './read-tool.ts'

export interface IntrospectOptions {
  readonly id: ServerId
  readonly signal?: AbortSignal
  /** Each schema, as compact JSON; 256 KiB by default. */
  readonly maxSchemaBytes?: number
  /** Tools to take, and to leave: a server's allowedTools and blockedTools. */
  readonly allowedTools?: readonly string[]
  readonly blockedTools?: readonly string[]
}

export const defaultMaxSchemaBytes: number = 256 * 1024
export const highestMaxSchemaBytes: number = 16 * 1024 * 1024

/** Throws what `listTools` throws: DISCOVER_TIMEOUT, TOOL_LIMIT, PAGINATION_ENDLESS, SERVER_CLOSED, … */
export async function introspect(
  connection: Connection,
  options: IntrospectOptions,
): Promise<Catalog> {
  const { id, signal, maxSchemaBytes = defaultMaxSchemaBytes } = options
  checkSchemaLimit(maxSchemaBytes)
  const waiting = signal === undefined ? {} : { signal }
  const [wireTools, promptCount, resourceCount] = await Promise.all([
    connection.listTools(waiting),
    connection.countPrompts(waiting),
    connection.countResources(waiting),
  ])
  const { protocolVersion } = connection.handshake
  const { tools, skipped } = readTools(wireTools, { ...options, maxSchemaBytes, protocolVersion })
  const server: ServerInfo = {
    id,
    ...connection.handshake,
    ...(promptCount === undefined ? {} : { promptCount }),
    ...(resourceCount === undefined ? {} : { resourceCount }),
  }
  return { server, tools, skipped, digest: sha256(tools.map(({ digest }) => digest).join('\n')) }
}

function readTools(
  wireTools: readonly WireTool[],
  options: IntrospectOptions & ToolLimits,
): { readonly tools: readonly Tool[]; readonly skipped: readonly SkippedTool[] } {
  const tools = new Map<string, Tool>()
  const skipped: SkippedTool[] = []
  for (const wire of wireTools) {
    const name = shownName(wire['name'])
    if (!isWanted(name, options)) continue
    const tool = readTool(wire, options)
    if ('reason' in tool) skipped.push({ name, reason: tool.reason })
    else if (tools.has(tool.name)) skipped.push({ name, reason: 'its name occurs twice' })
    else tools.set(tool.name, tool)
  }
  const sorted = [...tools.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { tools: sorted, skipped }
}

function isWanted(name: string, { allowedTools, blockedTools = [] }: IntrospectOptions): boolean {
  if (blockedTools.includes(name)) return false
  return allowedTools === undefined || allowedTools.includes(name)
}

function shownName(name: unknown): string {
  return typeof name === 'string' ? truncate(name, 256) : ''
}

function checkSchemaLimit(bytes: number): void {
  if (bytes > 0 && bytes <= highestMaxSchemaBytes) return
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot use the limit "maxSchemaBytes": it is ${bytes}; give more than 0 and at most ${highestMaxSchemaBytes}`,
  )
}
