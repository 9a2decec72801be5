/** What every engine is: something that runs one prepared program under limits (contract §7). Knows no MCP. */
import type { Limits } from './limits.ts'
import type { Outcome } from './outcome.ts'
import type { EngineSnapshot } from './snapshot.ts'

/** Modules a program may import, by absolute virtual path ("/mcp-tools/servers/github/createIssue.ts"); text is TypeScript or JavaScript. */
export type VirtualModules = ReadonlyMap<string, string>

/**
 * The only way out of the sandbox. Operations: callTool readFile writeFile setState getState log listServers searchTools
 * describeTool, and getResult (payload {"handle":"r7"}), which the global `results.get('r7')` makes. `payload` and the answer are JSON text; a rejection reaches the program as an error
 * carrying only `name`, `message` and a JSON `data`.
 */
export type HostCall = (
  operation: string,
  payload: string,
  options: { readonly signal: AbortSignal },
) => Promise<string>

export interface RunOptions {
  readonly limits: Limits
  readonly host: HostCall
  /** Treated as immutable: pass a new map when something in it changes. */
  readonly modules?: VirtualModules
  readonly signal?: AbortSignal
  /** Shown in positions; default "program.ts". */
  readonly fileName?: string
  /** Constants every program of the run sees as globals, as JSON text by name; the session gives `input`. */
  readonly globals?: Readonly<Record<string, string>>
}

export interface Engine extends AsyncDisposable {
  readonly name: string
  run(source: string | Uint8Array, options: RunOptions): Promise<Outcome>
  /** What it did so far and what it holds. */
  snapshot(): EngineSnapshot
}
