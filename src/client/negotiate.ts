/** Finds out which era a server speaks, by asking; one process is enough for both questions. See docs/decisions. */
import type { Client, JSONRPCResponse } from '@modelcontextprotocol/client'

import { ExecutionError } from '../errors.ts'
import { httpStatus } from './connect-errors.ts'
import type { Handshake } from './connection.ts'
import { fromDiscover, fromInitialize, modernVersion } from './handshake.ts'
import { isRecord } from './json-rpc.ts'
import type { Link } from './link.ts'

export interface NegotiateOptions {
  readonly link: Link
  /** A client not yet connected; each attempt takes its own. */
  readonly newClient: () => Client
  /** What `newClient` makes says of itself, for the question asked before any client exists. */
  readonly envelope: Readonly<Record<string, unknown>>
  readonly firstEra: 'legacy' | 'modern'
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly serverName: string
}

export interface Negotiated {
  readonly client: Client
  readonly era: 'legacy' | 'modern'
  readonly handshake: Handshake
}

/** A server that does not answer the question about the newer era is taken for an older one after this long. */
const discoverPatienceMs = 5000
/** And one that does not answer `initialize` is asked about the newer era after this long, while we go on waiting. */
const initializePatienceMs = 3000

export async function negotiate(options: NegotiateOptions): Promise<Negotiated> {
  return options.firstEra === 'modern' ? await modernFirst(options) : await legacyFirst(options)
}

async function modernFirst(options: NegotiateOptions): Promise<Negotiated> {
  const patience = AbortSignal.timeout(discoverPatienceMs)
  const discovered = await discover(options, patience).catch((error: unknown) => {
    if (isFinal(error, options)) throw error
    return undefined
  })
  return discovered === undefined ? await legacy(options) : await modern(options, discovered)
}

/** `initialize` first; the newer question only to a server that refuses it, or keeps silent for long. */
async function legacyFirst(options: NegotiateOptions): Promise<Negotiated> {
  const decided = new AbortController()
  let asked: Promise<Negotiated | undefined> | undefined
  const newer = (): Promise<Negotiated | undefined> => (asked ??= modernIfOffered(options))
  const attempt = legacy(options).catch(async (error: unknown) => {
    const negotiated = isFinal(error, options) ? undefined : await newer()
    if (negotiated === undefined) throw error
    return negotiated
  })
  const hedge = elapsed(initializePatienceMs, decided.signal).then(async silent => {
    const negotiated = silent ? await newer() : undefined
    return negotiated ?? (await attempt)
  })
  hedge.catch(() => undefined)
  try {
    return await Promise.race([attempt, hedge])
  } finally {
    decided.abort()
    attempt.catch(() => undefined)
  }
}

async function modernIfOffered(options: NegotiateOptions): Promise<Negotiated | undefined> {
  const patience = AbortSignal.timeout(discoverPatienceMs)
  const discovered = await discover(options, patience).catch(() => undefined)
  return discovered === undefined ? undefined : await modern(options, discovered)
}

function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(true), ms).unref()
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(false)
    })
  })
}

async function legacy(options: NegotiateOptions): Promise<Negotiated> {
  const client = options.newClient()
  const { wire } = options.link
  const { signal, timeoutMs } = options
  try {
    await client.connect(wire.lease(), { prior: { kind: 'legacy' }, signal, timeout: timeoutMs })
  } catch (error) {
    throw unsupportedVersion(wire.initializeResult()) ?? error
  }
  const handshake = fromInitialize(wire.initializeResult() ?? {}, options.serverName)
  return { client, era: 'legacy', handshake }
}

async function modern(
  options: NegotiateOptions,
  discovered: Record<string, unknown>,
): Promise<Negotiated> {
  const client = options.newClient()
  const offer = { supportedVersions: [modernVersion], capabilities: {} }
  const prior = {
    kind: 'modern' as const,
    discover: { ...offer, resultType: 'complete' as const },
  }
  await client.connect(options.link.wire.lease(), { prior, signal: options.signal })
  return { client, era: 'modern', handshake: fromDiscover(discovered, options.serverName) }
}

async function discover(
  options: NegotiateOptions,
  patience: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  const first = await askToDiscover(options, patience)
  // A server that refuses the version and then names that very version is asked once more.
  return offersModern(namesOurs(first) ? await askToDiscover(options, patience) : first)
}

async function askToDiscover(
  { link, envelope, signal }: NegotiateOptions,
  patience: AbortSignal,
): Promise<JSONRPCResponse> {
  return await link.wire.ask({
    method: 'server/discover',
    params: { _meta: { ...envelope } },
    signal: AbortSignal.any([signal, patience]),
  })
}

function offersModern(answer: JSONRPCResponse): Record<string, unknown> | undefined {
  if ('result' in answer) {
    const { supportedVersions } = answer.result
    const mutual = Array.isArray(supportedVersions) && supportedVersions.includes(modernVersion)
    return mutual ? answer.result : undefined
  }
  const supported = supportedBy(answer)
  const newer = supported.length > 0 && supported.every(version => version > modernVersion)
  if (newer) throw versionError(supported.join(', '))
  return undefined
}

function namesOurs(answer: JSONRPCResponse): boolean {
  return 'error' in answer && supportedBy(answer).includes(modernVersion)
}

/** The versions an "unsupported protocol version" error lists. */
function supportedBy(answer: JSONRPCResponse): readonly string[] {
  const data = 'error' in answer ? answer.error.data : undefined
  const supported = isRecord(data) ? data['supported'] : undefined
  return Array.isArray(supported) ? supported.filter(version => typeof version === 'string') : []
}

const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07']

function unsupportedVersion(result: Record<string, unknown> | undefined): Error | undefined {
  const version = result?.['protocolVersion']
  if (typeof version !== 'string' || legacyVersions.includes(version)) return undefined
  return versionError(version)
}

function versionError(theirs: string): ExecutionError {
  const ours = [modernVersion, ...legacyVersions].join(', ')
  return new ExecutionError(
    'SERVER_PROTOCOL',
    `it speaks protocol ${theirs.slice(0, 100)}, and this client ${ours}`,
    { details: { server: theirs, client: ours } },
  )
}

/** Nothing that another question would change: interrupted, refused access, unreachable, gone. */
function isFinal(error: unknown, { link, signal }: NegotiateOptions): boolean {
  if (signal.aborted || link.evidence().endReason !== undefined) return true
  const status = httpStatus(error)
  if (status === 401 || status === 403) return true
  return ExecutionError.is(error) || (error instanceof Error && isNetworkFailure(error))
}

function isNetworkFailure(error: Error): boolean {
  const fetchFailed = error instanceof TypeError && error.message === 'fetch failed'
  return fetchFailed || ('syscall' in error && error.syscall !== undefined)
}
