/** What to use instead of a global or a module that the sandbox does not have. */

const callATool = "call a tool: await callTool('server', 'tool', { … })"
const files = 'use await readFile(path) and await writeFile(path, text)'
const importATool = "import tools: import { name } from '/mcp-tools/servers/<server>/<name>.ts'"
const state = 'use getState(key) and setState(key, value)'

const globalHints: Readonly<Record<string, string>> = {
  fetch: `the sandbox has no network; ${callATool}`,
  XMLHttpRequest: `the sandbox has no network; ${callATool}`,
  WebSocket: `the sandbox has no network; ${callATool}`,
  Headers: `the sandbox has no network; ${callATool}`,
  Request: `the sandbox has no network; ${callATool}`,
  Response: `the sandbox has no network; ${callATool}`,
  AbortController: 'the sandbox stops a program by its own limits; leave it out',
  AbortSignal: 'the sandbox stops a program by its own limits; leave it out',
  process: 'the sandbox has no process, environment or arguments; the caller gives data as `input`',
  require: `the sandbox has no require; ${importATool}`,
  module: 'programs are ES modules; use export default, or return',
  exports: 'programs are ES modules; use export default, or return',
  __dirname: `the sandbox has no disk; ${files}`,
  __filename: `the sandbox has no disk; ${files}`,
  fs: `the sandbox has no disk; ${files}`,
  Buffer: 'use Uint8Array with TextEncoder, TextDecoder, atob and btoa',
  global: 'use globalThis',
  window: 'the sandbox is no browser; use globalThis',
  document: 'the sandbox is no browser',
  navigator: 'the sandbox is no browser',
  localStorage: `the sandbox is no browser; ${state}`,
  sessionStorage: `the sandbox is no browser; ${state}`,
  alert: 'use console.log(…)',
  prompt: 'nobody can answer while a program runs; the caller gives data as `input`',
  Intl: 'the sandbox has no Intl; format numbers and dates yourself',
  SharedArrayBuffer: 'programs run on one thread; use ArrayBuffer',
  Atomics: 'programs run on one thread; leave it out',
  WebAssembly: 'programs cannot compile WebAssembly; run a module with execute module.wasm',
  Worker: 'programs run on one thread; use Promise.all for parallel tool calls',
  Deno: 'the sandbox has no Deno',
  Bun: 'the sandbox has no Bun',
  mcp: "call tools with callTool('server', 'tool', { … }), or import * as mcp from 'mcp'",
  args: 'the caller gives data as `input`',
}

export function hintForGlobal(name: string): string | undefined {
  return Object.hasOwn(globalHints, name) ? globalHints[name] : undefined
}

export function hintForModule(specifier: string): string {
  const name = specifier.replace(/^node:/, '')
  if (/^fs(?:\/|$)|^path$/.test(name)) return `the sandbox has no disk; ${files}`
  if (/^(?:https?|net|tls|dns|undici|axios|node-fetch|got)$/.test(name)) {
    return `the sandbox has no network; ${callATool}`
  }
  return `programs import only tools; ${importATool}`
}
