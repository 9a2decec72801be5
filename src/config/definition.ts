/** Which servers exist, as configured: normalised, every string still unexpanded (contract §3). */
import type { ErrorCode } from '../errors.ts'
import type { ServerId } from '../ids.ts'
import type { OAuthHints, Origin, ServerSettings } from './server-spec.ts'
import type { Template } from './template.ts'

export interface StdioDefinition {
  readonly type: 'stdio'
  readonly command: Template
  readonly args: readonly Template[]
  readonly env: Readonly<Record<string, Template>>
  /** Variables handed on from our own environment where they are set. */
  readonly passEnv: readonly string[]
  /** A dotenv file read when the server starts; `env` wins over it. */
  readonly envFile?: Template
  readonly cwd?: Template
  readonly allowUnsafeEnv: boolean
}

export interface HttpDefinition {
  readonly type: 'http' | 'sse'
  readonly url: Template
  readonly headers: Readonly<Record<string, Template>>
  readonly oauth?: OAuthHints
}

export interface Definition {
  readonly transport: StdioDefinition | HttpDefinition
  readonly settings: ServerSettings
  /** The folder that project entries are relative to; absent for user-wide ones. */
  readonly workspace?: string
  /** What `${input:id}` means where the user stored no value. */
  readonly inputDefaults?: Readonly<Record<string, string>>
  /** Of a registered server: its fingerprint before its places were bound to this machine. */
  readonly fingerprint?: string
}

/** An entry's standing. `pending` entries come from a project and were not approved in this exact form. */
export type EntryState =
  | { readonly status: 'ready'; readonly definition: Definition }
  | { readonly status: 'pending'; readonly definition: Definition; readonly digest: string }
  | { readonly status: 'disabled'; readonly definition: Definition; readonly reason: string }
  | { readonly status: 'invalid'; readonly code: ErrorCode; readonly reason: string }

/** One server of one file. */
export interface ServerEntry {
  readonly id: ServerId
  /** As the file spells it: other people's text. */
  readonly name: string
  readonly origin: Origin
  readonly state: EntryState
}

/** Something in a file that its owner should look at. Line and column count from 1. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly client: string
  readonly file?: string
  readonly server?: string
  readonly line?: number
  readonly column?: number
}

/** A file that exists and was looked at. */
export interface ConfigSource {
  readonly client: string
  readonly scope: Origin['scope']
  readonly file: string
  readonly status: 'read' | 'broken'
  readonly servers: number
}

export interface Config {
  /** The entry that each name stands for, strongest source first. */
  readonly servers: readonly ServerEntry[]
  /** Entries of the same name that lost to another. */
  readonly shadowed: readonly { readonly entry: ServerEntry; readonly by: Origin }[]
  readonly problems: readonly ConfigProblem[]
  readonly sources: readonly ConfigSource[]
}
