/** JSON-RPC over stdin and stdout with no SDK in between: a server here can say anything, in any order, or nothing. */
import { createInterface } from 'node:readline'

export interface Message {
  readonly jsonrpc?: string
  readonly id?: string | number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: unknown
  readonly error?: unknown
}

/** Returned by an answer that sends nothing, or has sent what it wanted by itself. */
export const silent: unique symbol = Symbol('silent')

export type Answer = (message: Message) => unknown

export type Answers = Readonly<Record<string, Answer>>

export function send(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

export function sendResult(id: Message['id'], result: unknown): void {
  send({ jsonrpc: '2.0', id, result })
}

export function sendError(id: Message['id'], code: number, message: string): void {
  send({ jsonrpc: '2.0', id, error: { code, message } })
}

/** Answers each request by its method's entry; unlisted ones with -32601. Responses reach `onResponse`. */
export function serve(answers: Answers, onResponse: (message: Message) => void = ignore): void {
  createInterface({ input: process.stdin }).on('line', line => {
    const message = JSON.parse(line) as Message
    if (message.method === undefined) return onResponse(message)
    const answer = Object.hasOwn(answers, message.method) ? answers[message.method] : undefined
    if (answer === undefined) {
      if (message.id !== undefined) sendError(message.id, -32_601, 'Method not found')
      return undefined
    }
    return void respond(message, answer)
  })
}

async function respond(message: Message, answer: Answer): Promise<void> {
  try {
    const result = await answer(message)
    if (message.id !== undefined && result !== silent) sendResult(message.id, result)
  } catch (error) {
    sendError(message.id, -32_603, error instanceof Error ? error.message : 'failed')
  }
}

function ignore(): void {
  // Nobody waits for it.
}

/** What a well-behaved older server answers to `initialize`. */
export function initialized(name: string): Answer {
  return ({ params }) => ({
    protocolVersion: params?.['protocolVersion'] ?? '2025-06-18',
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name, version: '1.2.3' },
  })
}

export const emptySchema = { type: 'object', properties: {} }

/** A tool that takes nothing. */
export function plainTool(name: string, extra: Readonly<Record<string, unknown>> = {}): unknown {
  return { name, description: `The tool ${name}`, inputSchema: emptySchema, ...extra }
}

/** One text part, as most tools answer. */
export function textResult(text: string): unknown {
  return { content: [{ type: 'text', text }] }
}

/** Reads the mode from the command line; an unknown one ends the server with a message that lists them. */
export function chosen<Mode>(modes: Readonly<Record<string, Mode>>): Mode {
  const [name = ''] = process.argv.slice(2)
  const mode = Object.hasOwn(modes, name) ? modes[name] : undefined
  if (mode !== undefined) return mode
  throw new Error(`Unknown mode "${name}"; modes: ${Object.keys(modes).join(', ')}`)
}
