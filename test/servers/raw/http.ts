/** MCP over HTTP with no SDK in between. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { type Message, plainTool, textResult } from './stdio.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The JSON of the body; undefined where there is none. */
  readonly message: Message | undefined
}

export type Handler = (exchange: Exchange) => void | Promise<void>

/** Listens on a free loopback port, prints the URL as one line, and ends when its stdin does. */
export function listen(handler: Handler): void {
  const server = createServer((request, response) => {
    void readBody(request).then(body =>
      handler({ request, response, message: body === '' ? undefined : JSON.parse(body) }),
    )
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`http://127.0.0.1:${port}/mcp\n`)
  })
  process.stdin.on('end', () => process.exit(0)).resume()
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function plain(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
}

export function event(message: unknown): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`
}

/** The answer to a request of an older client; `undefined` for what needs none. */
export function answerOf(message: Message): unknown {
  const { id, method, params } = message
  if (id === undefined) return undefined
  const result = (value: unknown): unknown => ({ jsonrpc: '2.0', id, result: value })
  if (method === 'initialize') {
    return result({
      protocolVersion: params?.['protocolVersion'],
      capabilities: { tools: {} },
      serverInfo: { name: 'http', version: '1.0.0' },
    })
  }
  if (method === 'tools/list') {
    return result({ tools: [plainTool('echo'), { name: 'bad', inputSchema: 'nope' }] })
  }
  if (method === 'tools/call') return result(textResult(JSON.stringify(params?.['arguments'])))
  return { jsonrpc: '2.0', id, error: { code: -32_601, message: 'Method not found' } }
}
