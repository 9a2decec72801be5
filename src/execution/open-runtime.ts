/** Sessions wired to the real world: the user's servers, the daemon, the engine, the type checker, the stats. */
import { join } from 'node:path'

import type { ToolCall, ToolCaller } from '../bridge/index.ts'
import { loadConfig, type ServerEntry } from '../config/index.ts'
import { type CallerWorld, openToolCaller, statsFolder } from '../daemon/index.ts'
import { blake3 } from '../digest.ts'
import {
  type EngineSnapshot,
  type LazyEngine,
  lazyEngine,
  openWasmEngine,
} from '../sandbox/index.ts'
import { type SavedProgram, skillRoots } from '../skills/index.ts'
import { openJournal } from '../stats/index.ts'
import {
  type CheckerStats,
  compilerExecutable,
  createChecker,
  readLanguageLib,
} from '../typecheck/index.ts'
import { toolDeclarer } from './declared-tools.ts'
import { preparedFor } from './prepared-modules.ts'
import { diskSession } from './session-store.ts'
import { createSession, type Session } from './session.ts'
import type { KnownServer } from './tool-set.ts'

export interface RuntimeWorld extends CallerWorld {
  readonly architecture: string
  readonly pid: number
  /** Worker threads at most. */
  readonly workers?: number
  /** The engine for programs, where it has been opened already; the runtime disposes of it. */
  readonly engine?: LazyEngine | undefined
}

export interface SessionOptions {
  /** The session to continue; a new one without it. */
  readonly id?: string | undefined
  /** "server" or "server.tool"; everything configured where absent. */
  readonly allowed?: readonly string[] | undefined
  /** Asked before every single tool call. */
  readonly approve?: ((call: ToolCall) => Promise<boolean>) | undefined
}

export interface RuntimeSnapshot {
  /** Absent as long as no program has run. */
  readonly engine?: EngineSnapshot
  readonly wasm: EngineSnapshot
  readonly checker: CheckerStats
}

export interface ExecutionRuntime extends AsyncDisposable {
  /** What every session calls tools through. */
  readonly caller: ToolCaller
  session(options?: SessionOptions): Session
  /** Starts engine and checker in the background, so that the first program finds them warm. */
  warmUp(what?: { readonly checker: boolean }): void
  snapshot(): RuntimeSnapshot
}

/** How long a read configuration holds: programs in a row do not read every client's files again. */
const configHoldsMs = 2000
export function openRuntime(world: RuntimeWorld): ExecutionRuntime {
  const { platform, architecture, places, now } = world
  const caller = openToolCaller(world)
  const recorder = openJournal({ folder: statsFolder(places), pid: world.pid })
  const checker = createChecker({
    executable: compilerExecutable(platform, architecture),
    platform,
    readLib: readLanguageLib,
  })
  const engine = world.engine ?? lazyEngine(world.workers)
  const wasm = openWasmEngine(world.workers === undefined ? {} : { workers: world.workers })
  const servers = knownServers(world)
  const folder = join(places.stateDir, 'sessions')
  const prepared = preparedFor(places.pluginsDir)
  return {
    caller,
    session: ({ id, allowed, approve } = {}) =>
      createSession({
        caller,
        servers,
        engine,
        wasm,
        checker,
        store: diskSession(folder, id),
        prepared,
        programs: () => savedPrograms(world),
        allowed,
        approve,
        count: counters => {
          recorder.count(counters)
        },
        now,
      }),
    warmUp: (what = { checker: true }) => {
      engine.prestart()
      if (what.checker) void checker.warmUp(toolDeclarer()([], []).declarations)
      // Programs are known by it: loaded while the compiler starts.
      void blake3('')
    },
    snapshot: () => ({ ...engine.opened(), wasm: wasm.snapshot(), checker: checker.stats() }),
    async [Symbol.asyncDispose]() {
      checker[Symbol.dispose]()
      await engine[Symbol.asyncDispose]()
      await wasm[Symbol.asyncDispose]()
      await caller[Symbol.asyncDispose]()
      recorder[Symbol.dispose]()
    },
  }
}

function knownServers({
  entries = [],
  ...world
}: RuntimeWorld): () => Promise<readonly KnownServer[]> {
  let read: { readonly at: number; readonly servers: Promise<readonly KnownServer[]> } | undefined
  const load = async (): Promise<readonly KnownServer[]> => {
    const { servers } = await loadConfig(world)
    const own = entries.map(({ id }) => id)
    return [...entries, ...servers.filter(({ id }) => !own.includes(id))]
      .filter(isUsable)
      .map(({ id, name }) => ({ id, name }))
  }
  return async () => {
    const at = world.now()
    if (read === undefined || at - read.at > configHoldsMs) read = { at, servers: load() }
    return await read.servers
  }
}

// One that waits for approval is known: calling it says what to do.
function isUsable({ state }: ServerEntry): boolean {
  return state.status === 'ready' || state.status === 'pending'
}

/** What programs may import as `skills/<name>`. Most import none: what reads them is loaded for those that may. */
export async function savedPrograms(world: RuntimeWorld): Promise<readonly SavedProgram[]> {
  const { listPrograms } = await import('./skill-programs.ts')
  return await listPrograms(programRoots(world))
}

/** The user's own first: no project can put a module of its own in the place of one of theirs. */
function programRoots({ places, cwd }: RuntimeWorld): readonly string[] {
  const place = { home: places.home, skillsDir: places.skillsDir, cwd }
  const scopes = ['user', 'project'] as const
  return scopes.flatMap(scope => skillRoots(place, { target: 'both', scope }))
}
