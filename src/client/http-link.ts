/** The two HTTP transports, on a fetch that bounds what it reads. */
import type { AuthProvider } from '@modelcontextprotocol/client'

import type { HttpTarget, ServerSpec } from '../config/index.ts'
import type { ExecutionError } from '../errors.ts'
import { bearer, type CredentialStore, resourceOf } from './auth/index.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { isSseError } from './connect-errors.ts'
import type { ClientLimits } from './limits.ts'
import { type Link, openLink } from './link.ts'

export interface HttpLinkOptions {
  readonly spec: ServerSpec
  readonly target: HttpTarget
  readonly limits: ClientLimits
  readonly fetch: typeof globalThis.fetch
  readonly env: Readonly<Record<string, string | undefined>>
  readonly credentials?: CredentialStore
}

/** How long a server may take to hear that its session is over. */
const goodbyeMs = 1000

/** Streamable HTTP. */
export async function httpLink(options: HttpLinkOptions): Promise<Link> {
  const { spec, target, limits, fetch } = options
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  let tooLarge: ExecutionError | undefined
  let endReason: string | undefined
  let link: Link | undefined
  const bound = {
    maxBytes: limits.maxMessageBytes,
    onTooLarge: (error: ExecutionError) => {
      tooLarge = error
    },
    onSessionLost: () => {
      endReason = 'the server no longer knows our session'
      void link?.close()
    },
  }
  const transport = new StreamableHTTPClientTransport(new URL(target.url), {
    fetch: boundedFetch(fetch, bound),
    requestInit: { headers: { ...target.headers } },
    ...authentication(options),
  })
  const beforeClose = async (): Promise<void> => {
    if (transport.sessionId === undefined || endReason !== undefined) return
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
  link = openLink({
    kind: 'http',
    transport,
    spec,
    beforeClose,
    fault: takeFault,
    endReason: () => endReason,
  })
  return link
}

/** Legacy HTTP+SSE: one stream for everything the server says. */
export async function sseLink(options: HttpLinkOptions): Promise<Link> {
  const { spec, target, limits, fetch } = options
  const { SSEClientTransport } = await import('@modelcontextprotocol/client')
  let fault: ExecutionError | undefined
  const onTooLarge = (error: ExecutionError): void => {
    fault = error
  }
  const transport = new SSEClientTransport(new URL(target.url), {
    fetch: boundedFetch(fetch, { maxBytes: limits.maxMessageBytes, onTooLarge }),
    requestInit: { headers: { ...target.headers } },
    ...authentication(options),
  })
  const link = openLink({ kind: 'sse', transport, spec, fault: () => fault })
  // Its stream would come back as another session, and answers to this one never would.
  link.wire.onError(error => {
    if (isSseError(error) || fault !== undefined) void link.close()
  })
  return link
}

/** Stored OAuth credentials, unless the entry brings its own. */
function authentication({ spec, target, fetch, env, credentials }: HttpLinkOptions): {
  authProvider?: AuthProvider
} {
  const brings = Object.keys(target.headers).some(name => name.toLowerCase() === 'authorization')
  if (brings || credentials === undefined) return {}
  const authProvider = bearer({
    store: credentials,
    resource: resourceOf(target),
    serverName: spec.name,
    hints: target.oauth ?? {},
    env,
    fetch,
  })
  return { authProvider }
}
