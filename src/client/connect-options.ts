/** What a connection needs from its world, and what it may be told. */
import type { CredentialStore } from './auth/index.ts'
import type { ClientPolicy } from './client-policy.ts'
import type { ClientLimits } from './limits.ts'

/** What a server turned out to speak, and over what. */
export interface EraVerdict {
  readonly era: 'legacy' | 'modern'
  readonly transport: 'stdio' | 'http' | 'sse'
}

/** Remembers verdicts between processes, so that no server is asked twice. Losing one costs a round trip, never an error. */
export interface EraStore {
  get(key: string): Promise<EraVerdict | undefined>
  set(key: string, verdict: EraVerdict): Promise<void>
}

export interface ConnectOptions {
  /** Our own environment; servers see an allow-list of it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  readonly limits?: Partial<ClientLimits>
  readonly policy?: ClientPolicy
  readonly eras?: EraStore
  /** Which era to try first; without it the store's verdict, else legacy on stdio and modern on HTTP. */
  readonly firstEra?: 'legacy' | 'modern'
  /** OAuth credentials of HTTP servers; without it only the entry's own headers authenticate. */
  readonly credentials?: CredentialStore
  readonly fetch?: typeof globalThis.fetch
  readonly platform?: NodeJS.Platform
}
