/** A server as configured, and as ready to be reached. Only `config` makes these (contract §3). */
import type { ServerId } from '../ids.ts'

/** Optional settings every kind of server takes. */
export interface ServerSettings {
  readonly connectTimeoutSecs?: number
  readonly discoverTimeoutSecs?: number
  readonly callTimeoutSecs?: number
  readonly allowedTools?: readonly string[]
  readonly blockedTools?: readonly string[]
  /** How many tools are taken from it; the rest is an error. */
  readonly maxTools?: number
  readonly maxCallsPerSecond?: number
  readonly maxConcurrentCalls?: number
  /** Tools whose results may be cached although they carry no readOnlyHint. */
  readonly cacheTools?: readonly string[]
}

export interface StdioTarget {
  readonly type: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** What a file says about an HTTP server's OAuth client; the tokens themselves are never in a config file. */
export interface OAuthHints {
  readonly clientId?: string
  readonly clientSecretEnv?: string
  readonly scopes?: readonly string[]
  readonly callbackPort?: number
}

export interface HttpTarget {
  readonly type: 'http' | 'sse'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly oauth?: OAuthHints
}

/** Where a server is reached, with every variable already expanded. May hold secrets: never printed, never written to a tree. */
export type Target = StdioTarget | HttpTarget

/** A server ready to be connected to. */
export interface ServerSpec {
  readonly id: ServerId
  /** The name as the user wrote it; the id is its slug. */
  readonly name: string
  readonly target: Target
  readonly settings: ServerSettings
}

/** Where an entry came from, so that every listing can say so. */
export interface Origin {
  /** The client whose format the file has: "claude-code", "cursor", …; "flags" for ad-hoc servers. */
  readonly client: string
  /** `file`: given by --config. `local`: the user's own file, for one project. Only `project` entries need approval. */
  readonly scope: 'flags' | 'file' | 'local' | 'project' | 'user'
  readonly file?: string
  /** JSON pointer (or TOML dotted path) of the entry inside the file. */
  readonly pointer?: string
}
