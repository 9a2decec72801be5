/** The host functions a program calls, as globals and as the module "mcp". */
import { admit, callHost, callHostNow, callHostTool } from './calls.ts'
import { bridge } from './host.ts'
import {
  fromBase64,
  isView,
  promiseThen,
  PromiseOf,
  toBase64,
  toText,
  TypeErrorOf,
  Uint8ArrayOf,
} from './intrinsics.ts'
import { show } from './show.ts'

/** Calls a tool; the answer is its decoded result, an `isError` result is thrown as ToolError. */
export function callTool(server: unknown, tool: unknown, params: unknown = {}): Promise<unknown> {
  if (typeof server !== 'string' || typeof tool !== 'string') {
    return refuse('callTool(server, tool, params): server and tool are text')
  }
  if (typeof params !== 'object' || params === null) {
    return refuse('callTool(server, tool, params): params is an object')
  }
  return callHostTool(server, tool, params)
}

/** Text, or bytes where the file is not text. */
export function readFile(path: unknown): Promise<unknown> {
  if (typeof path !== 'string') return refuse('readFile(path): path is text')
  const answer = callHost('readFile', { path }, { server: path })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- then() of a promise is one
  return promiseThen(answer, decodeFile) as Promise<unknown>
}

export function writeFile(path: unknown, data: unknown): Promise<unknown> {
  if (typeof path !== 'string') return refuse('writeFile(path, data): path is text')
  if (isView(data)) {
    const bytes = new Uint8ArrayOf(data.buffer, data.byteOffset, data.byteLength)
    return callHost(
      'writeFile',
      { path, data: toBase64(bytes), encoding: 'base64' },
      { server: path },
    )
  }
  if (typeof data !== 'string') return refuse('writeFile(path, data): data is text or bytes')
  return callHost('writeFile', { path, data }, { server: path })
}

export function setState(key: unknown, value: unknown): void {
  callHostNow('setState', { key: stateKey(key), value: value === undefined ? null : value })
}

export function getState(key: unknown): unknown {
  return callHostNow('getState', { key: stateKey(key) })
}

export function log(level: unknown, message: unknown): void {
  admit()
  bridge('log', toText(level), show(message))
}

export function listServers(): Promise<unknown> {
  return callHost('listServers', {})
}

export function searchTools(query: unknown, options: unknown = {}): Promise<unknown> {
  if (typeof query !== 'string') return refuse('searchTools(query): query is text')
  return callHost('searchTools', { ...Object(options), query })
}

export function describeTool(server: unknown, tool?: unknown): Promise<unknown> {
  if (typeof server !== 'string') return refuse('describeTool(server, tool): server is text')
  return callHost(
    'describeTool',
    { server, tool },
    { server, tool: tool === undefined ? '' : toText(tool) },
  )
}

/** Values an earlier run left behind because they were too large to answer. */
export const results: { readonly get: (handle: unknown) => Promise<unknown> } = Object.freeze({
  get: (handle: unknown) => callHost('getResult', { handle: toText(handle) }),
})

function stateKey(key: unknown): string {
  if (typeof key !== 'string') throw new TypeErrorOf('A state key is text')
  return key
}

function decodeFile(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('base64' in answer)) return answer
  return fromBase64(toText(answer.base64))
}

function refuse(how: string): Promise<never> {
  return PromiseOf.reject(new TypeErrorOf(how))
}
