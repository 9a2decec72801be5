/** A well-mannered listing whose tools answer in every way there is. `calls.mjs`; each tool is one behaviour. */
import { appendFileSync } from 'node:fs'

import {
  type Answer,
  initialized,
  type Message,
  plainTool,
  send,
  sendError,
  serve,
  silent,
  textResult,
} from './raw/stdio.ts'

interface Args {
  readonly value?: unknown
  readonly ms?: number
  readonly bytes?: number
  readonly steps?: number
  readonly names?: readonly string[]
}

let counter = 0
const held: (() => void)[] = []
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const everyKind: readonly unknown[] = [
  { type: 'text', text: 'first' },
  { type: 'text', text: '{"json":true}', annotations: { audience: ['user'], priority: 0.5 } },
  { type: 'image', data: png, mimeType: 'image/png' },
  { type: 'audio', data: 'UklGRg==', mimeType: 'audio/wav' },
  { type: 'resource', resource: { uri: 'file:///a.txt', mimeType: 'text/plain', text: 'inside' } },
  { type: 'resource', resource: { uri: 'file:///b.bin', mimeType: 'a/b', blob: 'AAEC' } },
  { type: 'resource_link', uri: 'file:///c.txt', name: 'c', mimeType: 'text/plain', size: 3 },
  { type: 'x-future-kind', payload: { any: ['thing'] } },
]

function argsOf({ params }: Message): Args {
  return params?.['arguments'] ?? {}
}

const tools: Readonly<Record<string, Answer>> = {
  echo: message => textResult(JSON.stringify(argsOf(message))),
  /** Counts its own calls: state that lives in this process. */
  count: () => {
    counter += 1
    return { content: [{ type: 'text', text: String(counter) }], structuredContent: { counter } }
  },
  pid: () => textResult(String(process.pid)),
  /** The variables of these names. */
  env: message => {
    const { names = [] } = argsOf(message)
    return textResult(JSON.stringify(Object.fromEntries(names.map(n => [n, process.env[n]]))))
  },
  every_kind: () => ({ content: everyKind, _meta: { trace: 'abc' } }),
  structured: message => ({
    content: [{ type: 'text', text: 'mirror' }],
    structuredContent: { value: argsOf(message).value ?? null },
  }),
  structured_only: () => ({ structuredContent: [1, 'two', null] }),
  empty: () => ({ content: [] }),
  no_content: () => ({}),
  old_result: () => ({ toolResult: { old: true } }),
  fails: () => ({
    isError: true,
    content: [{ type: 'text', text: 'the disk is full' }],
    structuredContent: { code: 'ENOSPC', free: 0 },
  }),
  rejects: ({ id }) => {
    const error = { code: -32_602, message: 'unknown argument', data: { argument: 'x' } }
    send({ jsonrpc: '2.0', id, error })
    return silent
  },
  never: () => silent,
  /** Answers after `ms`, with its arguments. */
  slow: message =>
    new Promise(resolve => {
      const args = argsOf(message)
      setTimeout(() => resolve(textResult(JSON.stringify(args))), args.ms ?? 50)
    }),
  /** Holds its answer until `release` is called; then all held ones come, last first. */
  held: message =>
    new Promise(resolve => {
      held.unshift(() => resolve(textResult(JSON.stringify(argsOf(message)))))
    }),
  release: () => {
    const released = held.splice(0)
    for (const answer of released) answer()
    return textResult(String(released.length))
  },
  big: message => textResult('x'.repeat(argsOf(message).bytes ?? 10 * 1024 * 1024)),
  /** `steps` progress notifications, then the answer. */
  progress: async message => {
    const { steps = 3, ms = 0 } = argsOf(message)
    const meta = message.params?.['_meta'] as { progressToken?: unknown } | undefined
    for (let step = 1; step <= steps; step += 1) {
      const params = {
        progressToken: meta?.progressToken,
        progress: step,
        total: steps,
        message: `step ${step}`,
      }
      if (ms > 0) await new Promise(resolve => setTimeout(resolve, ms))
      send({ jsonrpc: '2.0', method: 'notifications/progress', params })
    }
    return textResult('done')
  },
  dies: () => {
    process.stderr.write('panic: out of cheese\n')
    process.exit(137)
  },
  changes: message => {
    send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
    return textResult(JSON.stringify(argsOf(message)))
  },
}

/** What was cancelled, one id a line, where the environment asks for it. */
function recordCancelled({ params }: Message): typeof silent {
  const file = process.env['CANCELLED_FILE']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(params?.['requestId'])}\n`)
  return silent
}

const readOnly = new Set(['echo', 'pid', 'every_kind', 'structured', 'empty'])

serve({
  initialize: initialized('calls'),
  'notifications/cancelled': recordCancelled,
  'tools/list': () => ({
    tools: Object.keys(tools).map(name =>
      plainTool(name, {
        inputSchema: { type: 'object' },
        annotations: { readOnlyHint: readOnly.has(name) },
      }),
    ),
  }),
  'tools/call': message => {
    const name = String(message.params?.['name'])
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
    if (tool !== undefined) return tool(message)
    sendError(message.id, -32_602, `Unknown tool: ${name}`)
    return silent
  },
  ping: () => ({}),
})
