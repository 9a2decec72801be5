/** What our tools stand on: the three journeys as functions, wired once by whoever serves. */
import type { ToolCaller } from '../bridge/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { ToolLabels } from '../codegen/index.ts'
import type { AdHocFlags, Places, ServerEntry } from '../config/index.ts'
import type { ServerId } from '../ids.ts'

export interface Waiting {
  readonly signal: AbortSignal
}

export interface ToolHit {
  readonly server: string
  readonly tool: string
  /** One line: what a model reads to choose. */
  readonly signature: string
  readonly description?: string
}

/** A saved program that fits: what another program writes after `from`, and can import there. */
export interface ProgramHit {
  readonly module: string
  readonly exports: readonly string[]
  readonly description: string
}

export interface SearchHits {
  readonly tools: readonly ToolHit[]
  /** None where one server was asked about. */
  readonly programs: readonly ProgramHit[]
  readonly unreachable: readonly string[]
}

export interface ProgramRequest {
  readonly code: string
  readonly session: string
  readonly profile?: 'strict' | 'moderate' | 'permissive'
  readonly timeoutSecs?: number
  readonly check?: boolean
}

/** How a program ended, as a model should read it. */
export interface ProgramReport {
  readonly status: 'completed' | 'failed' | 'stopped'
  /** The value, or its typed summary where `handle` is set. */
  readonly value?: unknown
  readonly handle?: string
  /** What went wrong, with position, code frame and what would help. */
  readonly error?: string
  readonly logs: readonly string[]
  readonly toolCalls: number
  readonly durationMs: number
  /** Images and other content a program returned as such. */
  readonly parts?: readonly Readonly<Record<string, unknown>>[]
}

export interface StoredResult {
  readonly handle: string
  readonly json: string
}

export interface TreeSummary {
  readonly id: string
  readonly toolCount: number
  readonly generatedAt: string
  readonly outputDir: string
  /** The configured entry is no longer the one the tree was made from; undefined where no entry is known. */
  readonly stale?: boolean
}

/** A server as it was just found, with the entry it was found by. */
export interface Introspected {
  readonly catalog: Catalog
  readonly entry: ServerEntry
}

export interface SavedTree {
  readonly dir: string
  readonly files: number
}

export interface SkillDraft {
  readonly name: string
  readonly categories: Readonly<Record<string, readonly string[]>>
  readonly tools: readonly { readonly name: string; readonly example?: string }[]
  readonly prompt: string
}

export interface SavedSkill {
  readonly path: string
  readonly overwritten: boolean
  readonly name: string
  readonly description: string
  readonly sections: number
  readonly words: number
}

export interface Backend {
  readonly places: Places
  readonly now: () => number
  readonly caller: ToolCaller
  readonly newSession: () => string
  readonly search: (
    query: string,
    options: Waiting & { readonly server?: string; readonly limit: number },
  ) => Promise<SearchHits>
  /** What an agent reads of a server ("github") or a tool ("github.create_issue"). */
  readonly describe: (names: readonly string[], options: Waiting) => Promise<string>
  readonly execute: (request: ProgramRequest, options: Waiting) => Promise<ProgramReport>
  readonly readResult: (session: string, handle: string) => Promise<StoredResult | undefined>
  /** Connects to a configured server, or to the one the flags describe. */
  readonly introspect: (
    server: string,
    options: Waiting & { readonly adHoc?: AdHocFlags },
  ) => Promise<Introspected>
  readonly saveTree: (
    introspected: Introspected,
    options: Waiting & {
      /** Default: the server's folder among the generated trees. */
      readonly folder?: string
      readonly labels: ToolLabels
    },
  ) => Promise<SavedTree>
  readonly listTrees: (dir: string) => Promise<readonly TreeSummary[]>
  readonly readTreeFile: (server: ServerId, path: string) => Promise<string | undefined>
  readonly draftSkill: (
    server: ServerId,
    options: Waiting & { readonly name?: string; readonly hints: readonly string[] },
  ) => Promise<SkillDraft>
  readonly saveSkill: (
    server: ServerId,
    options: Waiting & {
      readonly dir: string
      readonly content: string
      readonly overwrite: boolean
    },
  ) => Promise<SavedSkill>
}
