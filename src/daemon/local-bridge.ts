/** A bridge of this process's own, wired to the real config, client and stats. */
import { type Bridge, type BridgeDeps, catalogStore, createBridge } from '../bridge/index.ts'
import { introspect, SchemaValidator } from '../catalog/index.ts'
import { clientStores, connect, type ConnectOptions } from '../client/index.ts'
import { loadSettings, type Places, type ServerSpec, type Settings } from '../config/index.ts'
import {
  type CallRecord,
  countJournals,
  foldStats,
  maxJournals,
  openJournal,
  type Recorder,
} from '../stats/index.ts'
import { statsFolder } from './stats-folder.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface LocalBridgeDeps {
  readonly places: Places
  readonly platform: NodeJS.Platform
  readonly env: Env
  readonly now: () => number
  readonly resolve: BridgeDeps['resolve']
  readonly connectOptions?: Omit<ConnectOptions, 'env' | 'signal' | 'platform'>
}

/** Disposing it closes every connection and its journal. */
export async function localBridge(deps: LocalBridgeDeps): Promise<Bridge> {
  const { places, platform, now, resolve } = deps
  const settings: Settings = await loadSettings(places).catch(() => ({}))
  const recorder = openStats(places)
  const records = afterwards(tells => recorder.call(...tells.flatMap(told)))
  const validator = new SchemaValidator()
  const bridge = createBridge({
    resolve,
    now,
    catalogs: catalogStore(places.cacheDir),
    record: tell => records.add(tell),
    async validate(schema, args) {
      const verdict = await validator.validate(schema, args)
      return verdict.status === 'invalid' ? verdict.violations : []
    },
    connect: (spec, { signal, env }) =>
      connect(spec, {
        ...clientStores(places),
        ...deps.connectOptions,
        platform,
        env: { ...deps.env, ...env },
        limits: { ...clientLimitsOf(settings, spec.settings), ...deps.connectOptions?.limits },
        ...(signal && { signal }),
      }),
    introspect: ({ id, settings: { allowedTools, blockedTools } }, connection, { signal }) =>
      introspect(connection, {
        id,
        signal,
        ...(allowedTools && { allowedTools }),
        ...(blockedTools && { blockedTools }),
      }),
    limits: bridgeLimitsOf(settings),
  })
  return {
    ...bridge,
    async [Symbol.asyncDispose]() {
      await bridge[Symbol.asyncDispose]()
      await validator[Symbol.asyncDispose]()
      records.flush()
      recorder[Symbol.dispose]()
      await tidyStats(places)
    },
  }
}

type Tell = () => CallRecord

/** What cannot be told, as of arguments nested too deep to be digested, is no reason to end the process. */
function told(tell: Tell): readonly CallRecord[] {
  try {
    return [tell()]
  } catch {
    return []
  }
}

interface Afterwards {
  add(tell: Tell): void
  flush(): void
}

/** Records are written this long after the calls they tell of, together: no call, and none after it, waits for the disk. */
const recordAfterMs = 10

function afterwards(write: (tells: readonly Tell[]) => void): Afterwards {
  let waiting: Tell[] = []
  const flush = (): void => {
    const due = waiting
    waiting = []
    if (due.length > 0) write(due)
  }
  return {
    add(tell) {
      if (waiting.push(tell) === 1) setTimeout(flush, recordAfterMs).unref()
    },
    flush,
  }
}

function openStats(places: Places): Recorder {
  const folder = statsFolder(places)
  return openJournal({
    folder,
    pid: process.pid,
    onFull: () => void foldStats(folder).catch(() => undefined),
  })
}

async function tidyStats(places: Places): Promise<void> {
  const folder = statsFolder(places)
  if ((await countJournals(folder)) > maxJournals) await foldStats(folder).catch(() => undefined)
}

/** What the settings say, except where the server's own entry says otherwise. */
function clientLimitsOf(
  settings: Settings,
  own: ServerSpec['settings'],
): NonNullable<ConnectOptions['limits']> {
  const limits = {
    connectMs: milliseconds(settings['runtime.connect_timeout_secs'], own.connectTimeoutSecs),
    discoverMs: milliseconds(settings['runtime.discover_timeout_secs'], own.discoverTimeoutSecs),
    callMs: milliseconds(settings['runtime.call_timeout_secs'], own.callTimeoutSecs),
    maxTools: settings['runtime.max_tools'],
  }
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))
}

function milliseconds(secs: number | undefined, ownSecs: number | undefined): number | undefined {
  return secs === undefined || ownSecs !== undefined ? undefined : secs * 1000
}

function bridgeLimitsOf(settings: Settings): NonNullable<BridgeDeps['limits']> {
  const entries = settings['runtime.cache_entries']
  const ttlSecs = settings['runtime.cache_ttl_secs']
  return {
    ...(entries !== undefined && { cacheEntries: entries }),
    ...(ttlSecs !== undefined && { cacheTtlMs: ttlSecs * 1000 }),
  }
}
