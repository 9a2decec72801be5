/** What the bridge needs from its world, and what it tells of itself. */
import type { Catalog, JsonSchema, Tool, Violation } from '../catalog/index.ts'
import type { Connection, ToolResult } from '../client/index.ts'
import type { ServerSpec } from '../config/index.ts'
import type { ServerId, ToolName } from '../ids.ts'
import type { CallRecord } from '../stats/index.ts'
import type { CatalogStore } from './catalog-store.ts'
import type { BridgeLimits } from './limits.ts'
import type { CacheInfo } from './result-cache.ts'
import type { ToolCall, ToolCaller, ToolCallOptions } from './tool-caller.ts'

type Env = Readonly<Record<string, string | undefined>>

/** How a caller waits: until told to stop; a connection it makes necessary starts in its environment. */
export interface Wait {
  readonly signal?: AbortSignal | undefined
  readonly env?: Env | undefined
}

export interface BridgeDeps {
  /** The server of that id, ready to be connected to; throws SERVER_NOT_FOUND and its like. */
  readonly resolve: (server: ServerId) => Promise<ServerSpec>
  readonly connect: (spec: ServerSpec, wait: Wait) => Promise<Connection>
  readonly introspect: (
    spec: ServerSpec,
    connection: Connection,
    wait: { readonly signal: AbortSignal },
  ) => Promise<Catalog>
  /** Empty where the arguments fit; a schema that nobody can evaluate in time leaves the judgement to the server. */
  readonly validate: (schema: JsonSchema, args: unknown) => Promise<readonly Violation[]>
  /** Takes what tells of one call; it may be told later, and is told once. */
  readonly record: (tell: () => CallRecord) => void
  readonly catalogs?: CatalogStore
  readonly now: () => number
  readonly limits?: Partial<BridgeLimits>
}

export interface ConnectionInfo {
  readonly server: ServerId
  /** The start of the digest that tells apart servers of one name with different variables. */
  readonly key: string
  readonly transport: 'stdio' | 'http' | 'sse'
  readonly state: 'closed' | 'connecting' | 'open'
  readonly protocolVersion?: string
  readonly inFlight: number
  readonly queued: number
  readonly calls: number
  readonly connects: number
  readonly lastUsedAt: number
}

/** A ToolCaller that also takes servers ready-made: the daemon resolves each with its caller's own variables. */
export interface Bridge extends ToolCaller {
  callOn(
    spec: ServerSpec,
    call: Pick<ToolCall, 'tool' | 'args'>,
    options?: ToolCallOptions & Wait,
  ): Promise<ToolResult>
  catalogOf(spec: ServerSpec, wait?: Wait): Promise<Catalog>
  /** One tool, from what is known of the server if that has it; throws TOOL_NOT_FOUND with the nearest name. */
  toolOf(spec: ServerSpec, name: ToolName, wait?: Wait): Promise<Tool>
  connections(): readonly ConnectionInfo[]
  readonly cache: { info(): Promise<CacheInfo>; clear(): Promise<void> }
}
