/** Our server over stdio: one client, the era it opens with, and no request line over the limit (spec §8). */
import type { Readable, Writable } from 'node:stream'

import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'

import { LineBound } from './line-bound.ts'
import { type Surface, createMcpServer } from './mcp-server.ts'

export const maxRequestLineBytes: number = 4 * 1024 * 1024

export interface StdioOptions {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly signal: AbortSignal
  readonly maxLineBytes?: number
  readonly onError?: (error: Error) => void
}

/** Serves until the client closes its end or the signal ends it. */
export async function serveOverStdio(surface: Surface, options: StdioOptions): Promise<void> {
  const { stdin, stdout, signal, maxLineBytes = maxRequestLineBytes, onError } = options
  const bounded = stdin.pipe(
    new LineBound({ maxLineBytes, onDropped: bytes => stdout.write(tooLong(bytes, maxLineBytes)) }),
  )
  const transport = new StdioServerTransport(bounded, stdout, { maxBufferSize: maxLineBytes + 2 })
  const handle = serveStdio(() => createMcpServer(surface), {
    transport,
    ...(onError === undefined ? {} : { onerror: onError }),
  })
  await ended(stdin, signal)
  stdin.unpipe(bounded)
  await handle.close()
}

function ended(stdin: Readable, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    stdin
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve())
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

// The id is inside the line that was dropped, so the error names none, as JSON-RPC 2.0 §5 says.
function tooLong(bytes: number, maxBytes: number): string {
  const message = `Cannot read the request: its line has ${bytes} bytes, over the limit of ${maxBytes}`
  return `${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32600, message } })}\n`
}
