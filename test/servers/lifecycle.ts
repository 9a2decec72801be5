/** A server that is difficult about its life: `lifecycle.mjs <mode>`. Its one tool, `pids`, tells which processes it is made of. */
import { spawn } from 'node:child_process'
import { closeSync, writeFileSync } from 'node:fs'

import {
  type Answers,
  chosen,
  initialized,
  type Message,
  plainTool,
  send,
  sendError,
  serve,
  silent,
  textResult,
} from './raw/stdio.ts'

const pids = [process.pid]
let isInitialized = false

const good: Answers = {
  initialize: initialized('lifecycle'),
  'tools/list': () => ({ tools: [plainTool('pids')] }),
  'tools/call': () => textResult(JSON.stringify(pids)),
  ping: () => ({}),
}

/** Lives on when its stdin ends; dies of SIGTERM as any process does. */
function ignoreEof(): void {
  setInterval(() => undefined, 60_000)
}

function ignoreSignals(): void {
  ignoreEof()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)
}

function deafening(): unknown {
  // Before it answers: whoever has the answer writes into a broken pipe. Node itself never closes this one.
  closeSync(0)
  return textResult('heard')
}

function hangingUp(): typeof silent {
  closeSync(1)
  return silent
}

/** Writes its pid to the file when its stdin ends, and lives on; only SIGKILL ends it. */
function lingering(): void {
  ignoreSignals()
  process.stdin.on('end', () => writeFileSync(process.argv[3] ?? '', String(process.pid)))
}

/** A process that no EOF and no SIGTERM reaches, in our group, holding our stdout open. */
function grandchild(): void {
  const script =
    'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {}); setInterval(() => {}, 60000)'
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (child.pid !== undefined) pids.push(child.pid)
}

/** Refuses everything until `notifications/initialized` came, as the Python SDK does. */
function strictly(answers: Answers): Answers {
  const guarded = Object.entries(answers).map(([method, answer]) => {
    if (method === 'initialize') return [method, answer] as const
    const guard = (message: Message): unknown => {
      if (isInitialized) return answer(message)
      sendError(message.id, -32_602, 'Received request before initialization was complete')
      return silent
    }
    return [method, guard] as const
  })
  return {
    ...Object.fromEntries(guarded),
    'notifications/initialized': () => {
      isInitialized = true
      return silent
    },
  }
}

const discovered = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  instructions: 'Be modern.',
  ttlMs: 0,
  cacheScope: 'private',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'modern', version: '2.0.0' } },
}

/** Only 2026-07-28: every request must carry its envelope. */
const modern: Answers = {
  'server/discover': () => discovered,
  'tools/list': message =>
    enveloped(message, {
      resultType: 'complete',
      tools: [plainTool('pids'), plainTool('asks'), { name: 'bad', inputSchema: 'nope' }],
      ttlMs: 0,
      cacheScope: 'private',
    }),
  'tools/call': message => {
    const answered = message.params?.['inputResponses']
    if (message.params?.['name'] === 'asks' && answered === undefined) {
      return enveloped(message, {
        resultType: 'input_required',
        inputRequests: { roots: { method: 'roots/list' } },
        requestState: 'opaque-state',
      })
    }
    const text = JSON.stringify(
      answered === undefined ? pids : { answered, state: message.params?.['requestState'] },
    )
    return enveloped(message, { resultType: 'complete', content: [{ type: 'text', text }] })
  },
}

function enveloped(message: Message, result: unknown): unknown {
  const meta = message.params?.['_meta'] as Readonly<Record<string, unknown>> | undefined
  if (meta?.['io.modelcontextprotocol/protocolVersion'] === '2026-07-28') return result
  sendError(message.id, -32_602, 'Missing the _meta envelope')
  return silent
}

let asked = 0

function hesitantly({ id }: Message): unknown {
  asked += 1
  if (asked > 1) return discovered
  const error = { code: -32_022, message: 'Unsupported', data: { supported: ['2026-07-28'] } }
  send({ jsonrpc: '2.0', id, error })
  return silent
}

interface Mode {
  readonly answers: Answers
  readonly prepare?: () => void
}

const modes: Readonly<Record<string, Mode>> = {
  good: { answers: good },
  'ignores-eof': { answers: good, prepare: ignoreEof },
  'ignores-signals': { answers: good, prepare: ignoreSignals },
  /** Never answers `initialize`; `lifecycle.mjs lingers <file>`. */
  lingers: { answers: { ...good, initialize: () => silent }, prepare: lingering },
  grandchild: { answers: good, prepare: grandchild },
  'stubborn-family': {
    answers: good,
    prepare: () => {
      ignoreSignals()
      grandchild()
    },
  },
  /** Answers its first call and from then on hears nothing, but lives. */
  deaf: { answers: { ...good, 'tools/call': deafening }, prepare: ignoreEof },
  /** Closes its stdout instead of answering its first call, but lives. */
  mute: { answers: { ...good, 'tools/call': hangingUp }, prepare: ignoreEof },
  'strict-initialized': { answers: strictly(good) },
  'modern-only': { answers: modern },
  /** Says nothing at all to `initialize`. */
  'modern-silent': { answers: { ...modern, initialize: () => silent } },
  /** Refuses the first question with the list of what it speaks, which is what it was asked in. */
  'modern-hesitant': { answers: { ...modern, 'server/discover': hesitantly } },
  'dual-era': { answers: { ...good, 'server/discover': () => discovered } },
  /** Exits at the first question it does not know, as some SDKs do before `initialize`. */
  'exits-on-unknown': {
    answers: { ...good, 'server/discover': () => process.exit(3) },
  },
  /** Answers `server/discover` with nonsense. */
  'nonsense-discover': { answers: { ...good, 'server/discover': () => ({ banana: 1 }) } },
}

const { answers, prepare } = chosen(modes)
prepare?.()
serve(answers)
