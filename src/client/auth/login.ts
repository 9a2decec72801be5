/** OAuth 2.1 for one server: discovery, registration, PKCE, the browser, the callback, the tokens. */
import type { AuthOptions } from '@modelcontextprotocol/client'

import type { HttpTarget, ServerSpec } from '../../config/index.ts'
import { ExecutionError } from '../../errors.ts'
import { cleanLine, quoteName, truncate } from '../../text/index.ts'
import { redirectOf, secretOf } from './bearer.ts'
import { type Callback, openCallback } from './callback.ts'
import type { CredentialStore, Grant } from './credential-store.ts'
import { guardedFetch, isLoopback } from './guarded-fetch.ts'
import { oauthProvider, type Provider } from './oauth-provider.ts'

export interface LoginOptions {
  readonly store: CredentialStore
  readonly env: Readonly<Record<string, string | undefined>>
  /** Shows the authorization page to the user. */
  readonly openUrl: (url: URL) => Promise<void> | void
  /** What to ask for, where the server named it when it refused us. */
  readonly scope?: string
  readonly clientMetadataUrl?: string
  readonly fetch?: typeof globalThis.fetch
  readonly now?: () => number
  readonly signal?: AbortSignal
}

export interface Login {
  readonly issuer: string
  readonly scope?: string
  /** Milliseconds since 1970; absent where the server did not say. */
  readonly expiresAt?: number
  readonly refreshable: boolean
}

/** How long the user may take in the browser. */
const patienceMs = 5 * 60_000

/** The URL credentials are stored under. */
export function resourceOf({ url }: HttpTarget): string {
  const resource = new URL(url)
  resource.hash = ''
  return resource.href
}

/** Throws AUTH_REQUIRED where the server or the user refused, SECURITY_REFUSED where the flow was not to be trusted. */
export async function login(spec: ServerSpec, options: LoginOptions): Promise<Login> {
  const { target } = spec
  if (target.type === 'stdio') throw notHttp(spec)
  const patience = AbortSignal.timeout(patienceMs)
  const signal =
    options.signal === undefined ? patience : AbortSignal.any([options.signal, patience])
  const resource = resourceOf(target)
  await using callback = await callbackFor(target, resource, options)
  try {
    await authorize({ target, resource, callback, options, signal })
  } catch (error) {
    throw toLoginError(error, spec, options.signal)
  }
  const record = await options.store.read(resource)
  const issuer = record.issuer ?? ''
  return describeGrant(issuer, record.grants[issuer] ?? {})
}

/** What is known of stored credentials, without the credentials. */
export function describeGrant(issuer: string, { tokens, savedAt }: Grant): Login {
  const lifetime = tokens?.expires_in
  return {
    issuer,
    ...(tokens?.scope === undefined ? {} : { scope: tokens.scope }),
    ...(lifetime === undefined || savedAt === undefined
      ? {}
      : { expiresAt: savedAt + lifetime * 1000 }),
    refreshable: tokens?.refresh_token !== undefined,
  }
}

/** Where an authorization server knows our redirect URL already, the same port serves again; else any. */
async function callbackFor(
  { oauth }: HttpTarget,
  resource: string,
  { store }: LoginOptions,
): Promise<Callback> {
  if (oauth?.callbackPort !== undefined) return await openCallback(oauth.callbackPort)
  const { issuer = '', grants } = await store.read(resource)
  const known = Number(new URL(redirectOf(grants[issuer]?.client?.['redirect_uris'])).port)
  return await openCallback(known).catch(() => openCallback(0))
}

interface Flow {
  readonly target: HttpTarget
  readonly resource: string
  readonly callback: Callback
  readonly options: LoginOptions
  readonly signal: AbortSignal
}

async function authorize(flow: Flow): Promise<void> {
  const { target, resource, callback, options, signal } = flow
  const sdk = await import('@modelcontextprotocol/client')
  const { store, env, now = Date.now, fetch = globalThis.fetch, clientMetadataUrl } = options
  const hints = target.oauth ?? {}
  const provider = oauthProvider({
    store,
    resource,
    hints,
    ...secretOf(hints, env),
    clientMetadataUrl,
    redirectUrl: callback.redirectUrl,
    onRedirect: async url => await options.openUrl(checkedPage(url)),
    now,
  })
  await forgetOtherClients(flow, provider)
  const { resourceMetadataUrl, scope } = await challenge(flow)
  const request: AuthOptions = {
    serverUrl: resource,
    fetchFn: guardedFetch({ serverUrl: resource, fetch, signal }),
    resourceMetadataUrl,
    scope: await wantedScope(flow, scope),
  }
  const answer = callback.wait(provider.expectedState, signal)
  answer.catch(() => undefined)
  await provider.invalidateCredentials?.('discovery')
  await sdk.auth(provider, { ...request, forceReauthorization: true })
  await redeem(provider, request, await answer)
}

/** What is asked for now is asked for beside what was granted before: a second login must not take the first one's rights away. */
async function wantedScope(
  { target, resource, options }: Flow,
  challenged: string | undefined,
): Promise<string | undefined> {
  if (options.scope === undefined) return target.oauth?.scopes?.join(' ') ?? challenged
  const { computeScopeUnion } = await import('@modelcontextprotocol/client')
  const { issuer = '', grants } = await options.store.read(resource)
  return computeScopeUnion(grants[issuer]?.tokens?.scope, options.scope)
}

async function redeem(
  provider: Provider,
  request: AuthOptions,
  parameters: URLSearchParams,
): Promise<void> {
  const sdk = await import('@modelcontextprotocol/client')
  const authorizationCode = parameters.get('code')
  if (authorizationCode === null) throw await refusedByUser(provider, parameters)
  const iss = parameters.get('iss') ?? undefined
  await sdk.auth(provider, { ...request, authorizationCode, iss })
}

// A client registered for another redirect URL is of no use here.
async function forgetOtherClients(
  { resource, callback, options }: Flow,
  provider: Provider,
): Promise<void> {
  const { issuer = '', grants } = await options.store.read(resource)
  const uris = grants[issuer]?.client?.['redirect_uris']
  if (Array.isArray(uris) && !uris.includes(callback.redirectUrl)) {
    await provider.invalidateCredentials?.('client')
  }
}

/** Asks the server itself, without credentials, where to log in and for what. */
async function challenge({ target, options, signal }: Flow): Promise<{
  readonly resourceMetadataUrl?: URL
  readonly scope?: string
}> {
  const { fetch = globalThis.fetch } = options
  const ping = { jsonrpc: '2.0', id: 'login', method: 'ping' }
  const { authorization: _authorization, ...headers } = lowerCased(target.headers)
  const response = await fetch(target.url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(ping),
    redirect: 'manual',
    signal,
  })
  await response.body?.cancel()
  const sdk = await import('@modelcontextprotocol/client')
  return sdk.extractWWWAuthenticateParams(response)
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

/** Only a web page over TLS, or one on this machine, is ever opened. */
function checkedPage(url: URL): URL {
  const isLocal = url.protocol === 'http:' && isLoopback(url.hostname)
  if (url.protocol === 'https:' || isLocal) return url
  throw new ExecutionError(
    'SECURITY_REFUSED',
    `its authorization page ${quoteName(url.origin === 'null' ? url.protocol : url.origin)} is not https`,
  )
}

// What the callback says is believed only once its issuer is the one we asked.
async function refusedByUser(provider: Provider, parameters: URLSearchParams): Promise<Error> {
  const { validateAuthorizationResponseIssuer } = await import('@modelcontextprotocol/client')
  const discovery = await provider.discoveryState?.()
  const metadata = discovery?.authorizationServerMetadata
  validateAuthorizationResponseIssuer({
    iss: parameters.get('iss') ?? undefined,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.['authorization_response_iss_parameter_supported'] === true,
  })
  const said = parameters.get('error_description') ?? parameters.get('error') ?? 'no reason'
  return new ExecutionError(
    'AUTH_REQUIRED',
    `the authorization was refused: ${truncate(cleanLine(said), 300)}`,
  )
}

function toLoginError(
  error: unknown,
  spec: ServerSpec,
  signal: AbortSignal | undefined,
): ExecutionError {
  const action = `Cannot log in to server ${quoteName(spec.name)}`
  if (signal?.aborted === true) {
    return new ExecutionError('INTERRUPTED', `${action}: it was interrupted`, { cause: error })
  }
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError') {
    const help = 'run the login again and confirm it in the browser'
    return new ExecutionError('AUTH_REQUIRED', `${action}: no answer within 5 minutes; ${help}`, {
      cause: error,
    })
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    const reason = error.cause instanceof Error ? error.cause.message : 'no answer'
    const how = `it cannot be reached (${truncate(cleanLine(reason), 200)})`
    return new ExecutionError('SERVER_UNREACHABLE', `${action}: ${how}`, { cause: error })
  }
  const how = truncate(cleanLine(error instanceof Error ? error.message : String(error)), 500)
  const details = ExecutionError.is(error) ? error.details : {}
  const refused = [
    'IssuerMismatchError',
    'AuthorizationServerMismatchError',
    'InsecureTokenEndpointError',
  ]
  const code = ExecutionError.is(error)
    ? error.code
    : refused.includes(name)
      ? 'SECURITY_REFUSED'
      : 'AUTH_REQUIRED'
  return new ExecutionError(code, `${action}: ${how}`, { cause: error, details })
}

function notHttp({ name }: ServerSpec): ExecutionError {
  return new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot log in to server ${quoteName(name)}: it is started as a program; only servers with a URL take a login`,
  )
}
