/** What a server offers, as plain data (contract §4). No connection, no clock, no I/O. */
import type { ServerId, ToolName } from '../ids.ts'

/** A JSON Schema as a server sent it: draft-07 or 2020-12, possibly invalid, never trusted. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** Hints a server gives about a tool; untrusted. */
export interface ToolAnnotations {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

export interface Tool {
  readonly name: ToolName
  readonly title?: string
  /** Kept to 64 KiB; longer ones end in a mark that says so. */
  readonly description?: string
  readonly inputSchema: JsonSchema
  readonly outputSchema?: JsonSchema
  readonly annotations?: ToolAnnotations
  readonly icons?: readonly unknown[]
  readonly execution?: Readonly<Record<string, unknown>>
  readonly meta?: Readonly<Record<string, unknown>>
  /** Hex SHA-256 of the canonical JSON of everything above. */
  readonly digest: string
}

export interface ServerInfo {
  readonly id: ServerId
  /** As the handshake gave them. */
  readonly name: string
  readonly title?: string
  readonly version: string
  readonly protocolVersion: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly instructions?: string
  readonly promptCount?: number
  readonly resourceCount?: number
}

/** A tool that was left out, and why; the rest of the server still works. */
export interface SkippedTool {
  readonly name: string
  readonly reason: string
}

export interface Catalog {
  readonly server: ServerInfo
  /** Sorted by name (code units); names are unique. */
  readonly tools: readonly Tool[]
  readonly skipped: readonly SkippedTool[]
  /** Hex SHA-256 over the tools' digests. */
  readonly digest: string
}
