type Args<P> = string extends P
  ? [params?: Record<string, never>]
  : {} extends P
    ? [params?: P]
    : [params: P]
/** A tool whose server says nothing of its result: name what you expect, `await f<Issue[]>(…)`. */
export type Tool<P> = <R = unknown>(...args: Args<P>) => Promise<R>
export type TypedTool<P, R> = (...args: Args<P>) => Promise<R>

declare function callTool(server: string, tool: string, params: unknown): Promise<unknown>
const wireNames = new Map<string, string>([["at.ts","at"],["delete_.ts","delete"],["getUser.ts","get-user"],["getUser_2.ts","get_user"],["天気.ts","天気"]])
export function tool<P = {}>(meta: ImportMeta, file?: string): Tool<P>
export function tool<P, R>(meta: ImportMeta, file?: string): TypedTool<P, R>
export function tool(meta: { url?: string }, name?: string): unknown {
  const file = name ?? (meta.url ?? '').split('/').at(-1) ?? ''
  const wireName = wireNames.get(file) ?? file
  return (params: unknown = {}) => callTool("odd-ones", wireName, params)
}
