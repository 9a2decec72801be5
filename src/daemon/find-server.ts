/** From what a caller names to the server it means, with the caller's own variables and folder. */
import { join } from 'node:path'

import {
  type ConfigDeps,
  type ConfigFiles,
  entryOf,
  loadConfig,
  nodeFiles,
  parseRecord,
  type Places,
  readRecord,
  registerServer,
  recordOf,
  type RegisteredServer,
  resolveEntry,
  selectServer,
  type ServerEntry,
  type ServerSpec,
} from '../config/index.ts'
import { canonicalJson, sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { isServerId } from '../ids.ts'
import { isRecord } from '../runtime/index.ts'
import { watchFiles } from './watched-files.ts'

/** How a caller says which server: as configured where it stands, as registered, or ready-made. */
export type ServerRef =
  | { readonly name: string; readonly configFile?: string }
  | { readonly registered: string }
  | { readonly record: RegisteredServer }

/** Who asks: `env` may be a view that learns which variables are looked at. */
export interface Caller {
  readonly cwd: string
  readonly env: Env
  /** What `env` holds without being asked: the same object as long as it holds the same. */
  readonly known?: Env
}

/** A caller whose variables are asked for as they are looked at. */
export interface AskedCaller extends Caller {
  /** Those it has told so far: what it lives by, and what its servers needed. */
  readonly known: Env
}

type Env = Readonly<Record<string, string | undefined>>

export interface FindDeps {
  readonly places: Places
  readonly platform: NodeJS.Platform
}

export interface ServerFinder {
  /** What was found before and would be found again without asking the caller anything; undefined where it takes more. */
  known(ref: ServerRef, caller: Pick<AskedCaller, 'cwd' | 'known'>): ServerSpec | undefined
  /** Throws SERVER_NOT_FOUND, APPROVAL_PENDING, CONFIG_UNSET_VARIABLE and what else config throws. */
  find(ref: ServerRef, caller: Caller): Promise<ServerSpec>
}

/** Finds a server again only when a file or a variable it was found by has changed. */
export function serverFinder(deps: FindDeps): ServerFinder {
  const remember = registrar()
  const found = new Map<string, readonly Found[]>()
  return {
    known: (ref, { cwd, known }) =>
      found
        .get(keyOf(ref, cwd))
        ?.find(({ variables, unchanged }) => variables.told(known) === true && unchanged())?.spec,
    async find(ref, caller) {
      const key = keyOf(ref, caller.cwd)
      // What a file has changed under is dropped, not stepped over by every call to come.
      const known = (found.get(key) ?? []).filter(({ unchanged }) => unchanged())
      const still = known.find(({ variables }) => variables.asked(caller))
      if (still !== undefined) return still.spec
      const watched = watchFiles([join(deps.places.stateDir, 'servers')])
      const { env, seen } = watchedEnv(caller.env)
      const world: FindWorld = { ...deps, cwd: caller.cwd, env, files: watched.files }
      const entry = await entryFor(ref, world)
      const spec = await resolveEntry(entry, world)
      await remember(entry, 'record' in ref, world)
      const { unchanged } = watched
      if (found.size >= maxFound) found.clear()
      found.set(key, [
        ...known.slice(1 - maxVariants),
        { spec, variables: likeness(seen), unchanged },
      ])
      return spec
    },
  }
}

/** A server as it was found, and whether it would be found the same now. */
interface Found {
  readonly spec: ServerSpec
  readonly variables: Likeness
  /** Of the files. */
  readonly unchanged: () => boolean
}

function keyOf(ref: ServerRef, cwd: string): string {
  return JSON.stringify([ref, cwd])
}

interface Likeness {
  /** Undefined where the caller has not told all of them: one untold looks like one that is not set. */
  told(known: Env): boolean | undefined
  asked(caller: Caller): boolean
}

/** Whether the variables that were looked at are what they were; what a caller has told is compared once. */
function likeness(seen: ReadonlyMap<string, string | undefined>): Likeness {
  const compared = new WeakMap<Env, boolean>()
  const isSame = (env: Env): boolean => [...seen].every(([name, value]) => env[name] === value)
  const told: Likeness['told'] = known => {
    const before = compared.get(known)
    if (before !== undefined) return before
    if (![...seen.keys()].every(name => Object.hasOwn(known, name))) return undefined
    const same = isSame(known)
    compared.set(known, same)
    return same
  }
  return { told, asked: ({ env, known }) => (known && told(known)) ?? isSame(env) }
}

const maxFound = 256
/** Callers with other variables are remembered beside each other. */
const maxVariants = 16

type FindWorld = ConfigDeps & { readonly files: ConfigFiles }

/** An environment that remembers which variables were looked at, and what they were. */
function watchedEnv(given: Caller['env']): {
  readonly env: Caller['env']
  readonly seen: ReadonlyMap<string, string | undefined>
} {
  const seen = new Map<string, string | undefined>()
  const env = new Proxy(given, {
    get(target, name) {
      if (typeof name !== 'string') return undefined
      const value = target[name]
      seen.set(name, value)
      return value
    },
  })
  return { env, seen }
}

/**
 * Keeps what was called, so that it stays callable by its name alone. A server given by flags replaces what had its id;
 * a configured one does not: a tree generated from another of that name may rely on it.
 */
function registrar(): (entry: ServerEntry, replaces: boolean, world: ConfigDeps) => Promise<void> {
  const done = new Map<string, string>()
  return async (entry, replaces, world) => {
    if (entry.state.status !== 'ready') return
    // The whole record, not its fingerprint: a literal value that changed must not stay the old one.
    const print = digestOf(recordOf(entry, world))
    if (done.get(entry.id) === print) return
    done.set(entry.id, print)
    const known = await readRecord(world.places.stateDir, entry.id, nodeFiles)
    if (known !== undefined && (!replaces || digestOf(known) === print)) return
    // A call does not fail because it could not be remembered.
    await registerServer(entry, world).catch(() => undefined)
  }
}

function digestOf(record: RegisteredServer): string {
  return sha256(canonicalJson(record))
}

async function entryFor(ref: ServerRef, world: FindWorld): Promise<ServerEntry> {
  if ('record' in ref) return await entryOf(ref.record, world.places.stateDir, world.files)
  if ('registered' in ref) return await registeredEntry(ref.registered, world)
  const { name, configFile } = ref
  const wanted = configFile === undefined ? world : { ...world, configFile }
  return selectServer(await loadConfig(wanted), name)
}

/** What was registered from a file follows that file; the rest stands as it was registered. */
async function registeredEntry(id: string, world: FindWorld): Promise<ServerEntry> {
  const { stateDir, home } = world.places
  const record = isServerId(id) ? await readRecord(stateDir, id, world.files) : undefined
  if (record === undefined) return selectServer(await loadConfig(world), id)
  const { scope, file } = record.origin
  const kept = await entryOf(record, stateDir, world.files)
  if (scope === 'flags') return kept
  const workspace = record.entry['workspace']
  const cwd = typeof workspace === 'string' ? workspace : home
  const from = scope === 'file' && file !== undefined ? { configFile: file } : {}
  const config = await loadConfig({ ...world, cwd, ...from }).catch(() => undefined)
  const current = config?.servers.find(
    server => server.name === record.name && server.origin.file === file,
  )
  return current === undefined ? kept : { ...current, id: record.id }
}

/** A reference from JSON; throws INVALID_ARGUMENT where it is none. */
export function parseServerRef(json: unknown): ServerRef {
  if (isRecord(json)) {
    const { name, registered, record, configFile } = json
    if (typeof registered === 'string') return { registered }
    if (typeof name === 'string') {
      return typeof configFile === 'string' ? { name, configFile } : { name }
    }
    const parsed = parseRecord(record)
    if (parsed !== undefined) return { record: parsed }
  }
  throw new ExecutionError('INVALID_ARGUMENT', 'Cannot read the request: it names no server')
}
