/** Connects to a server: the right transport, the era it speaks, and nothing left behind when that fails. */
import type { Client, jsonSchemaValidator } from '@modelcontextprotocol/client'

import type { ServerSpec } from '../config/index.ts'
import { canonicalJson, sha256 } from '../digest.ts'
import type { ExecutionError } from '../errors.ts'
import { packageVersion } from '../package-root.ts'
import { answerServerRequests, capabilitiesOf } from './client-policy.ts'
import { httpStatus, toExecutionError } from './connect-errors.ts'
import type { ConnectOptions, EraVerdict } from './connect-options.ts'
import type { Connection } from './connection.ts'
import { modernVersion } from './handshake.ts'
import { httpLink, sseLink } from './http-link.ts'
import { type ClientLimits, clientLimits } from './limits.ts'
import { type Link, openLink } from './link.ts'
import { negotiate, type Negotiated } from './negotiate.ts'
import { SdkConnection } from './sdk-connection.ts'
import { stdioTransport } from './stdio-transport.ts'
import { timeoutError } from './wire.ts'

/** Rejects with CONNECT_TIMEOUT, SERVER_UNREACHABLE, SERVER_CLOSED, SERVER_PROTOCOL, MESSAGE_TOO_LARGE, AUTH_REQUIRED or INTERRUPTED. */
export async function connect(spec: ServerSpec, options: ConnectOptions): Promise<Connection> {
  const limits = clientLimits(spec.settings, options.limits)
  const key = sha256(canonicalJson(spec.target))
  const known = await options.eras?.get(key).catch(() => undefined)
  const deadline = AbortSignal.timeout(limits.connectMs)
  const { signal } = options
  const attempt: Attempt = {
    spec,
    options,
    limits,
    deadline,
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }
  const { link, negotiated } = await tryTransports(attempt, known)
  const verdict: EraVerdict = { era: negotiated.era, transport: link.kind }
  if (known?.era !== verdict.era || known.transport !== verdict.transport) {
    await options.eras?.set(key, verdict).catch(() => undefined)
  }
  return new SdkConnection({ spec, link, limits, ...negotiated })
}

interface Attempt {
  readonly spec: ServerSpec
  readonly options: ConnectOptions
  readonly limits: ClientLimits
  readonly deadline: AbortSignal
  readonly signal: AbortSignal
}

interface Connected {
  readonly link: Link
  readonly negotiated: Negotiated
}

async function tryTransports(attempt: Attempt, known: EraVerdict | undefined): Promise<Connected> {
  const [first, second] = plansFor(attempt, known)
  try {
    return await tryOnce(attempt, first)
  } catch (failure) {
    if (!(failure instanceof AttemptFailed)) throw failure
    const useless = second === undefined || !failure.another || attempt.signal.aborted
    if (useless) throw failure.error
    return await tryOnce(attempt, second).catch(() => {
      throw failure.error
    })
  }
}

interface Plan {
  readonly kind: Link['kind']
  readonly firstEra: 'legacy' | 'modern'
}

/** What to try, and what to try when that turns out to be the wrong kind. */
function plansFor(
  { spec, options }: Attempt,
  known: EraVerdict | undefined,
): readonly [Plan, Plan?] {
  const { type } = spec.target
  if (type === 'stdio') {
    const firstEra = options.firstEra ?? known?.era ?? 'legacy'
    const plan: Plan = { kind: 'stdio', firstEra }
    // Some servers exit at a question they do not know; only then is a second process worth it.
    return firstEra === 'modern' ? [plan, { kind: 'stdio', firstEra: 'legacy' }] : [plan]
  }
  const http: Plan = { kind: 'http', firstEra: options.firstEra ?? known?.era ?? 'modern' }
  const sse: Plan = { kind: 'sse', firstEra: 'legacy' }
  return (known?.transport ?? type) === 'sse' ? [sse, http] : [http, sse]
}

/** Carries whether another transport may fare better. */
class AttemptFailed extends Error {
  readonly error: ExecutionError
  readonly another: boolean

  constructor(error: ExecutionError, another: boolean) {
    super(error.message)
    this.error = error
    this.another = another
  }
}

async function tryOnce(attempt: Attempt, plan: Plan): Promise<Connected> {
  const { spec, options, limits, signal, deadline } = attempt
  const link = await openLinkOf(attempt, plan.kind)
  // The server starts while we load what speaks to it; whether it could is told by the handshake.
  if (plan.kind === 'stdio') link.wire.start().catch(() => undefined)
  const sdk = await import('@modelcontextprotocol/client')
  const policy = options.policy ?? {}
  const capabilities = capabilitiesOf(policy)
  const clientInfo = { name: 'mcp-execution', version: packageVersion() }
  const newClient = (): Client => {
    const client = new sdk.Client(clientInfo, { capabilities, jsonSchemaValidator: noValidator })
    answerServerRequests(client, policy)
    return client
  }
  const negotiating = negotiate({
    link,
    newClient,
    envelope: {
      'io.modelcontextprotocol/protocolVersion': modernVersion,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
    firstEra: plan.firstEra,
    timeoutMs: limits.connectMs,
    signal,
    serverName: spec.name,
  })
  try {
    return { link, negotiated: await orAborted(negotiating, signal) }
  } catch (error) {
    const failure = toExecutionError(deadline.aborted ? timeoutError() : error, {
      action: 'connect to server',
      subject: spec.name,
      timeoutCode: 'CONNECT_TIMEOUT',
      timeoutMs: limits.connectMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(deadline.aborted ? { ...link.evidence(), endReason: undefined } : link.evidence()),
    })
    await link.close().catch(() => undefined)
    throw new AttemptFailed(failure, mayFareBetter(error, plan))
  }
}

async function openLinkOf({ spec, options, limits }: Attempt, kind: Link['kind']): Promise<Link> {
  const { target } = spec
  if (target.type !== 'stdio') {
    const open = kind === 'sse' ? sseLink : httpLink
    const { env, credentials } = options
    return await open({
      spec,
      target,
      limits,
      fetch: options.fetch ?? globalThis.fetch,
      env,
      ...(credentials === undefined ? {} : { credentials }),
    })
  }
  const environment = { env: options.env, platform: options.platform ?? process.platform }
  const transport = stdioTransport(target, environment, limits)
  return openLink({ ...transport, kind: 'stdio', transport, spec })
}

async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  work.catch(() => undefined)
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  return await Promise.race([work, aborted])
}

/** A web server that knows nothing at this URL or of this method may still speak the other HTTP transport. */
function mayFareBetter(error: unknown, { kind }: Plan): boolean {
  if (kind === 'stdio') return true
  const status = httpStatus(error)
  const refusals = [400, 404, 405, 406, 410, 415, 422, 501]
  return status !== undefined && refusals.includes(status)
}

/** Never asked: no output schema ever reaches the SDK, which would compile it and run its patterns on our event loop. */
const noValidator: jsonSchemaValidator = {
  getValidator: () => {
    throw new Error('output is validated outside the SDK')
  },
}
