/** What a program finds in the sandbox besides the language itself, as declarations. `docs/reference/programs.md` explains each. */

export const programGlobals = `
declare const console: {
  debug(...values: unknown[]): void
  info(...values: unknown[]): void
  log(...values: unknown[]): void
  warn(...values: unknown[]): void
  error(...values: unknown[]): void
  dir(value: unknown): void
  table(rows: unknown): void
  trace(...values: unknown[]): void
  assert(condition: unknown, ...values: unknown[]): void
  count(label?: string): void
  countReset(label?: string): void
  group(...values: unknown[]): void
  groupEnd(): void
  time(label?: string): void
  timeLog(label?: string): void
  timeEnd(label?: string): void
}
declare const performance: { now(): number; readonly timeOrigin: number }
declare function setImmediate(run: (...values: any[]) => void, ...values: any[]): number
declare function clearImmediate(timer?: number): void
declare function setTimeout(run: (...values: any[]) => void, delayMs?: number, ...values: any[]): number
declare function setInterval(run: (...values: any[]) => void, delayMs?: number, ...values: any[]): number
declare function clearTimeout(timer?: number): void
declare function clearInterval(timer?: number): void
declare function queueMicrotask(run: () => void): void
declare function structuredClone<T>(value: T): T
declare function atob(base64: string): string
declare function btoa(text: string): string
declare const crypto: { randomUUID(): string; getRandomValues<T extends ArrayBufferView>(target: T): T }
declare class TextEncoder {
  readonly encoding: string
  encode(text?: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  readonly encoding: string
  decode(bytes?: ArrayBuffer | ArrayBufferView): string
}
declare class URLSearchParams {
  constructor(init?: string | Record<string, string> | Iterable<readonly [string, string]>)
  readonly size: number
  append(name: string, value: string): void
  delete(name: string, value?: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string, value?: string): boolean
  set(name: string, value: string): void
  sort(): void
  toString(): string
  forEach(run: (value: string, name: string) => void): void
  entries(): IterableIterator<[string, string]>
  keys(): IterableIterator<string>
  values(): IterableIterator<string>
  [Symbol.iterator](): IterableIterator<[string, string]>
}
declare class URL {
  constructor(url: string | URL, base?: string | URL)
  static canParse(url: string | URL, base?: string | URL): boolean
  static parse(url: string | URL, base?: string | URL): URL | null
  hash: string
  host: string
  hostname: string
  href: string
  readonly origin: string
  password: string
  pathname: string
  port: string
  protocol: string
  search: string
  readonly searchParams: URLSearchParams
  username: string
  toString(): string
  toJSON(): string
}
/** What the caller gave the program: \`--input\` on the command line. */
declare const input: any
/** Results of earlier programs that were too big to return; the answer named the handle. */
declare const results: { get(handle: string): Promise<any> }
declare function readFile(path: string): Promise<string>
declare function writeFile(path: string, data: string | ArrayBufferView): Promise<void>
declare function getState<T = any>(key: string): T | undefined
declare function setState(key: string, value: unknown): void
declare function log(level: 'debug' | 'info' | 'log' | 'warn' | 'error', message: unknown): void
interface ServerSummary {
  id: string
  name?: string
  tools?: number
}
interface ToolSummary {
  server: string
  tool: string
  description: string
}
declare function listServers(): Promise<ServerSummary[]>
declare function searchTools(query: string, options?: { limit?: number; server?: string }): Promise<ToolSummary[]>
declare function describeTool(server: string, tool?: string): Promise<string>
/** A tool said \`isError\`, or could not be called: \`message\` says why. */
declare class ToolError extends Error {
  readonly server: string
  readonly tool: string
  readonly data: any
}
`

/** The names of module \`mcp\`: the same functions for programs that would rather import them. */
export const programModule: string = `
declare module 'mcp' {
${[
  'callTool',
  'readFile',
  'writeFile',
  'getState',
  'setState',
  'log',
  'listServers',
  'searchTools',
  'describeTool',
]
  .map(
    name => `  const ${name}_: typeof globalThis.${name}
  export { ${name}_ as ${name} }`,
  )
  .join('\n')}
}
`
