/** The SDK's view of our stored credentials for one resource. */
import { randomBytes } from 'node:crypto'

import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'

import type { OAuthHints } from '../../config/index.ts'
import { isRecord } from '../json-rpc.ts'
import type { CredentialRecord, CredentialStore, Grant } from './credential-store.ts'

export interface ProviderOptions {
  readonly store: CredentialStore
  readonly resource: string
  readonly hints: OAuthHints
  /** The registered client's secret, taken from the environment where the entry says so. */
  readonly clientSecret?: string
  /** An https URL that describes this client, for servers that take one instead of a registration. */
  readonly clientMetadataUrl?: string | undefined
  readonly redirectUrl: string
  readonly onRedirect: (url: URL) => Promise<void> | void
  readonly now: () => number
}

export interface Provider extends OAuthClientProvider {
  /** What the callback must bring back. */
  readonly expectedState: string
}

/** For a client that asked for no name of its own. */
const clientName = 'mcp-execution'

export function oauthProvider(options: ProviderOptions): Provider {
  const { store, resource, hints, now } = options
  const expectedState = randomBytes(32).toString('base64url')
  let verifier = ''
  const change = async (edit: (record: CredentialRecord) => CredentialRecord): Promise<void> => {
    await store.write(edit(await store.read(resource)))
  }
  const saveGrant = async (issuer: string, part: Partial<Grant>): Promise<void> => {
    await change(record => ({
      ...record,
      issuer,
      grants: { ...record.grants, [issuer]: { ...record.grants[issuer], ...part } },
    }))
  }
  const grantOf = async (issuer: string | undefined): Promise<Grant | undefined> => {
    const record = await store.read(resource)
    const key = issuer ?? record.issuer
    return key === undefined ? undefined : record.grants[key]
  }
  return {
    expectedState,
    redirectUrl: options.redirectUrl,
    clientMetadataUrl: options.clientMetadataUrl,
    clientMetadata: clientMetadata(options),
    state: () => expectedState,
    clientInformation: async ctx =>
      registered(options, ctx?.issuer) ?? (await grantOf(ctx?.issuer))?.client,
    saveClientInformation: async (client: StoredOAuthClientInformation, ctx) => {
      if (hints.clientId !== undefined) return
      await saveGrant(ctx?.issuer ?? client.issuer ?? '', { client })
    },
    tokens: async ctx => (await grantOf(ctx?.issuer))?.tokens,
    saveTokens: async (tokens: StoredOAuthTokens, ctx) => {
      await saveGrant(ctx?.issuer ?? tokens.issuer ?? '', { tokens, savedAt: now() })
    },
    redirectToAuthorization: options.onRedirect,
    saveCodeVerifier: (code: string) => {
      verifier = code
    },
    codeVerifier: () => verifier,
    discoveryState: async () => toDiscovery((await store.read(resource)).discovery),
    saveDiscoveryState: async (discovery: OAuthDiscoveryState) => {
      await change(record => ({ ...record, discovery }))
    },
    invalidateCredentials: async scope => {
      await change(record => without(record, scope))
    },
  }
}

function clientMetadata({ redirectUrl, hints }: ProviderOptions): OAuthClientMetadata {
  const scope = hints.scopes?.join(' ')
  return {
    client_name: clientName,
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...(scope === undefined || scope === '' ? {} : { scope }),
  }
}

/** A client the user registered by hand is bound to whichever issuer the server names. */
function registered(
  { hints, clientSecret }: ProviderOptions,
  issuer: string | undefined,
): StoredOAuthClientInformation | undefined {
  if (hints.clientId === undefined) return undefined
  return {
    client_id: hints.clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    ...(issuer === undefined ? {} : { issuer }),
  }
}

function toDiscovery(stored: unknown): OAuthDiscoveryState | undefined {
  return isDiscovery(stored) ? stored : undefined
}

// Written by us, and validated again by the SDK where it uses the metadata inside.
function isDiscovery(stored: unknown): stored is OAuthDiscoveryState {
  return isRecord(stored) && typeof stored['authorizationServerUrl'] === 'string'
}

function without(
  record: CredentialRecord,
  scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery',
): CredentialRecord {
  const { issuer } = record
  if (scope === 'verifier') return record
  if (scope === 'all') return { version: 1, resource: record.resource, grants: {} }
  if (scope === 'discovery') return { ...record, discovery: undefined }
  if (issuer === undefined) return record
  const grant = { ...record.grants[issuer], [scope]: undefined }
  return { ...record, grants: { ...record.grants, [issuer]: grant } }
}
