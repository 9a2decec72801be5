/** One live connection to an upstream MCP server, whatever its transport and protocol era (contract §4). */

/** One part of a tool's answer, as the protocol defines it; unknown kinds are kept as they came. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string; readonly annotations?: unknown }
  | {
      readonly type: 'image' | 'audio'
      readonly data: string
      readonly mimeType: string
      readonly annotations?: unknown
    }
  | {
      readonly type: 'resource'
      readonly resource: Readonly<Record<string, unknown>>
      readonly annotations?: unknown
    }
  | {
      readonly type: 'resource_link'
      readonly uri: string
      readonly name: string
      readonly [key: string]: unknown
    }

/** A tool's answer, complete. `isError` answers are values here; whoever runs code turns them into a thrown ToolError. */
export interface ToolResult {
  readonly content: readonly ContentPart[]
  readonly structuredContent?: unknown
  readonly isError?: boolean
  readonly meta?: Readonly<Record<string, unknown>>
}

/** What the handshake said. */
export interface Handshake {
  readonly name: string
  readonly title?: string
  readonly version: string
  readonly protocolVersion: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly instructions?: string
}

/** A tool exactly as sent: unvalidated, unknown keys kept. */
export type WireTool = Readonly<Record<string, unknown>>

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly onProgress?: (progress: {
    readonly progress: number
    readonly total?: number
    readonly message?: string
  }) => void
  /** The tool as listed: lets modern HTTP servers get their mirrored parameters. */
  readonly tool?: WireTool
}

export interface Connection extends AsyncDisposable {
  readonly handshake: Handshake
  /** Every page, in the server's order, unvalidated; bounded (TOOL_LIMIT, PAGINATION_ENDLESS, DISCOVER_TIMEOUT). */
  listTools(options?: { readonly signal?: AbortSignal }): Promise<readonly WireTool[]>
  countPrompts(options?: { readonly signal?: AbortSignal }): Promise<number | undefined>
  countResources(options?: { readonly signal?: AbortSignal }): Promise<number | undefined>
  callTool(
    name: string,
    args: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<ToolResult>
  /** Resolves once, when the connection has ended for whatever reason. */
  readonly closed: Promise<{ readonly reason: string; readonly stderr: string }>
  onToolsChanged(listener: () => void): () => void
  /** The last 64 KiB the server wrote to stderr. */
  stderr(): string
}
