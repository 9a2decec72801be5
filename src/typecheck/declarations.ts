/** What a session's programs are checked against. */

/** A tool as messages about it need it. */
export interface CheckedTool {
  readonly server: string
  /** The wire name. */
  readonly tool: string
  /** The name its generated module exports. */
  readonly typescriptName: string
  /** How it is called, on one or more lines; asked for only when a message shows it. */
  readonly signature: () => string
}

export interface Declarations {
  /** Names everything below: same digest, same texts. */
  readonly digest: string
  /** Ambient declarations of `callTool` for the session's servers. */
  readonly text: string
  /** Modules a program may import, by absolute virtual path. */
  readonly modules: ReadonlyMap<string, string>
  /** Every server the session knows, also those whose tools are not loaded. */
  readonly servers: readonly string[]
  readonly tools: readonly CheckedTool[]
}
