/** Stored tokens on every request, refreshed when the server refuses them; never a browser, never a registration. */
import type { AuthProvider } from '@modelcontextprotocol/client'

import type { OAuthHints } from '../../config/index.ts'
import { ExecutionError } from '../../errors.ts'
import { quoteName } from '../../text/index.ts'
import type { CredentialStore } from './credential-store.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { oauthProvider } from './oauth-provider.ts'

export interface BearerOptions {
  readonly store: CredentialStore
  readonly resource: string
  readonly serverName: string
  readonly hints: OAuthHints
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  readonly now?: () => number
}

export function bearer(options: BearerOptions): AuthProvider {
  const { store, resource, hints, env, now = Date.now } = options
  const token = async (): Promise<string | undefined> => {
    const { issuer, grants } = await store.read(resource)
    return issuer === undefined ? undefined : grants[issuer]?.tokens?.access_token
  }
  return {
    token,
    async onUnauthorized({ response }) {
      const refusedAt = now()
      const sdk = await import('@modelcontextprotocol/client')
      const { resourceMetadataUrl, scope } = sdk.extractWWWAuthenticateParams(response)
      const challenge = {
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
        ...(scope === undefined ? {} : { scope }),
      }
      await store.alone(resource, async () => {
        const { issuer = '', grants } = await store.read(resource)
        const grant = grants[issuer]
        // Another process, or another call of ours, was quicker.
        if ((grant?.savedAt ?? 0) >= refusedAt) return
        if (grant?.tokens?.refresh_token === undefined) throw loginNeeded(options, challenge)
        const provider = oauthProvider({
          store,
          resource,
          hints,
          ...secretOf(hints, env),
          redirectUrl: redirectOf(grant.client?.['redirect_uris']),
          onRedirect: () => {
            throw loginNeeded(options, challenge)
          },
          now,
        })
        const fetchFn = guardedFetch({ serverUrl: resource, fetch: options.fetch })
        await sdk.auth(provider, { serverUrl: resource, ...challenge, fetchFn })
      })
    },
  }
}

export function secretOf(
  { clientSecretEnv }: OAuthHints,
  env: Readonly<Record<string, string | undefined>>,
): { readonly clientSecret?: string } {
  const clientSecret = clientSecretEnv === undefined ? undefined : env[clientSecretEnv]
  return clientSecret === undefined ? {} : { clientSecret }
}

/** The redirect URL a client was registered with. */
export function redirectOf(uris: unknown): string {
  const [first] = Array.isArray(uris) ? uris : []
  return typeof first === 'string' ? first : 'http://127.0.0.1/callback'
}

function loginNeeded(
  { serverName }: BearerOptions,
  challenge: { readonly resourceMetadataUrl?: URL; readonly scope?: string },
): ExecutionError {
  const { resourceMetadataUrl, scope } = challenge
  return new ExecutionError(
    'AUTH_REQUIRED',
    `it asks for a login; run: mcp-execution auth login ${quoteName(serverName)}`,
    {
      details: {
        httpStatus: 401,
        ...(scope === undefined ? {} : { scope }),
        ...(resourceMetadataUrl === undefined
          ? {}
          : { resourceMetadataUrl: resourceMetadataUrl.href }),
      },
    },
  )
}
