/** The two HTTP transports, on a fetch that bounds what it reads. */
import type { HttpTarget, ServerSpec } from '../config/index.ts'
import type { ExecutionError } from '../errors.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { ClientLimits } from './limits.ts'
import { type Link, openLink } from './link.ts'

export interface HttpLinkOptions {
  readonly spec: ServerSpec
  readonly target: HttpTarget
  readonly limits: ClientLimits
  readonly fetch: typeof globalThis.fetch
}

/** How long a server may take to hear that its session is over. */
const goodbyeMs = 1000

/** Streamable HTTP. */
export async function httpLink({ spec, target, limits, fetch }: HttpLinkOptions): Promise<Link> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  let tooLarge: ExecutionError | undefined
  const bound = {
    maxBytes: limits.maxMessageBytes,
    onTooLarge: (error: ExecutionError) => {
      tooLarge = error
    },
  }
  const transport = new StreamableHTTPClientTransport(new URL(target.url), {
    fetch: boundedFetch(fetch, bound),
    requestInit: { headers: { ...target.headers } },
  })
  const beforeClose = async (): Promise<void> => {
    if (transport.sessionId === undefined) return
    const goodbye = transport.terminateSession().catch(() => undefined)
    const patience = new Promise(resolve => setTimeout(resolve, goodbyeMs).unref())
    await Promise.race([goodbye, patience])
  }
  // Only the request whose stream it was fails of it.
  const takeFault = (): ExecutionError | undefined => {
    const fault = tooLarge
    tooLarge = undefined
    return fault
  }
  return openLink({ kind: 'http', transport, spec, beforeClose, fault: takeFault })
}

/** Legacy HTTP+SSE: one stream for everything the server says. */
export async function sseLink({ spec, target, limits, fetch }: HttpLinkOptions): Promise<Link> {
  const { SSEClientTransport } = await import('@modelcontextprotocol/client')
  let fault: ExecutionError | undefined
  const onTooLarge = (error: ExecutionError): void => {
    fault = error
  }
  const transport = new SSEClientTransport(new URL(target.url), {
    fetch: boundedFetch(fetch, { maxBytes: limits.maxMessageBytes, onTooLarge }),
    requestInit: { headers: { ...target.headers } },
  })
  const link = openLink({ kind: 'sse', transport, spec, fault: () => fault })
  // Its stream would come back as another session, and answers to this one never would.
  link.wire.onError(error => {
    if (error.name === 'SseError' || fault !== undefined) void link.close()
  })
  return link
}
