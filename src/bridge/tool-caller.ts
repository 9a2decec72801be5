/** The one door from a program, a CLI call or our server to an upstream tool: in-process bridge and daemon client both are one (contract §6). */
import type { Catalog } from '../catalog/index.ts'
import type { ToolResult } from '../client/index.ts'
import type { ServerId, ToolName } from '../ids.ts'

export interface ToolCall {
  readonly server: ServerId
  readonly tool: ToolName
  readonly args: Readonly<Record<string, unknown>>
}

export interface ToolCallOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /** Never answered from the result cache. */
  readonly fresh?: boolean
  readonly onProgress?: (progress: {
    readonly progress: number
    readonly total?: number
    readonly message?: string
  }) => void
}

export interface ToolCaller extends AsyncDisposable {
  /** Validates, applies policy, calls, records. `isError` answers are returned, not thrown. */
  call(call: ToolCall, options?: ToolCallOptions): Promise<ToolResult>
  /** The server's catalog, introspected once per connection and refreshed on tools/list_changed. */
  catalog(server: ServerId, options?: { readonly signal?: AbortSignal }): Promise<Catalog>
}
