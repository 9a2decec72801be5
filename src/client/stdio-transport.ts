/** MCP's stdio transport over our own process: one JSON message a line. */
import { setTimeout as delay } from 'node:timers/promises'

import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'

import type { StdioTarget } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { parseMessages } from './json-rpc.ts'
import type { ClientLimits } from './limits.ts'
import type { Environment } from './server-environment.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** How long a server whose stdin broke may take to be seen ending. */
const brokenPipeMs = 500

export interface StdioTransport extends Transport {
  stderr(): string
  /** Why the server ended, once it has. */
  endReason(): string | undefined
  /** What made us end it. */
  fault(): ExecutionError | undefined
  /** Lines of stdout that were no MCP message. */
  garbageLines(): number
}

export function stdioTransport(
  target: StdioTarget,
  environment: Environment,
  limits: ClientLimits,
): StdioTransport {
  let server: ServerProcess | undefined
  let garbage = 0
  let reason: string | undefined
  let fault: ExecutionError | undefined
  const onLine = (line: string): void => {
    if (line.trim() === '') return
    const messages = parseMessages(line)
    if (messages === undefined) garbage += 1
    for (const message of messages ?? []) transport.onmessage?.(message)
  }
  const end = (why: string): void => {
    reason ??= why
    void server?.close()
  }
  const onLineTooLong = (): void => {
    const why = `it wrote a line of more than ${mebibytes(limits.maxMessageBytes)} to stdout`
    fault = new ExecutionError('MESSAGE_TOO_LARGE', `${why}; raise the limit if that is meant`)
    end(why)
  }
  const onEnd = (how: string): void => {
    reason ??= `it ${how}`
    transport.onclose?.()
  }
  const transport: StdioTransport = {
    async start() {
      // Nobody is served by a server that does not hear, or cannot answer: the next call needs a new one.
      const heard = { onLine, onLineTooLong, onHangUp: () => end('it closed its stdout') }
      server = await startServerProcess(target, { environment, limits, ...heard })
      void server.ended.then(onEnd)
    },
    async send(message: JSONRPCMessage) {
      if (server === undefined) throw new ExecutionError('SERVER_CLOSED', 'it was not started')
      await server.write(`${JSON.stringify(message)}\n`).catch(async cause => {
        const error = await brokenPipe(cause, server?.ended, () => reason)
        end('it closed its stdin')
        throw error
      })
    },
    close: async () => await server?.close(),
    stderr: () => server?.stderr() ?? '',
    endReason: () => reason,
    fault: () => fault,
    garbageLines: () => garbage,
  }
  return transport
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / (1024 * 1024))} MiB`
}

/** The pipe breaks before the exit is seen: how the server ended says more. */
async function brokenPipe(
  cause: unknown,
  ended: Promise<string> | undefined,
  reason: () => string | undefined,
): Promise<ExecutionError> {
  await Promise.race([ended, delay(brokenPipeMs, undefined, { ref: false })])
  return new ExecutionError('SERVER_CLOSED', reason() ?? 'it closed its stdin', { cause })
}
