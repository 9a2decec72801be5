/**
 * What a generated tool file runs on: it calls the tool over the daemon's warm connection, or over one of its own.
 * No dependency but Node's built-ins. Types and a door: Node strips the types of each file it loads, so the rest is one other.
 */
import { boundTool, ToolError as Failure } from './bound-tool.ts'

/** A tool said that it failed, or the way to it did. Callers branch on `code`. */
export interface ToolError extends Error {
  readonly name: 'ToolError'
  readonly code: string
  /** What the tool said in structure: its structured content, or its decoded content. */
  readonly data: unknown
}
export const ToolError: new (code: string, message: string, data?: unknown) => ToolError = Failure

/** A tool without parameters takes none, or `{}`; one whose parameters are all optional may be called without any. */
type Args<Params> = string extends Params
  ? [params?: Record<string, never>]
  : {} extends Params
    ? [params?: Params]
    : [params: Params]

/** A tool whose server says nothing of its result: name what you expect, `await f<Issue[]>(…)`. */
export type Tool<Params> = <Result = unknown>(...args: Args<Params>) => Promise<Result>
export type TypedTool<Params, Result> = (...args: Args<Params>) => Promise<Result>

/**
 * Binds a generated file (or another one in its folder) to its tool. The function it gives resolves to the tool's decoded
 * result and rejects with a ToolError. Run as a program, the file calls the tool with its command line's arguments.
 */
export function tool<Params = {}>(meta: ImportMeta, file?: string): Tool<Params>
export function tool<Params, Result>(meta: ImportMeta, file?: string): TypedTool<Params, Result>
export function tool(meta: ImportMeta, file?: string): unknown {
  return boundTool(meta.url, file)
}
