/** From what a caller names to the server it means, with the caller's own variables and folder. */
import { join } from 'node:path'

import {
  type Config,
  type ConfigDeps,
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
import { type WatchedFiles, watchFiles } from './watched-files.ts'

/** How a caller says which server: as configured where it stands, as registered, or ready-made. */
export type ServerRef =
  | { readonly name: string; readonly configFile?: string }
  | { readonly registered: string }
  | { readonly record: RegisteredServer }

/** Who asks: `env` may be a view that learns which variables are looked at. */
export interface Caller {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface FindDeps {
  readonly places: Places
  readonly platform: NodeJS.Platform
}

export interface ServerFinder {
  /** Throws SERVER_NOT_FOUND, APPROVAL_PENDING, CONFIG_UNSET_VARIABLE and what else config throws. */
  find(ref: ServerRef, caller: Caller): Promise<ServerSpec>
}

/** Reads config again only when one of its files changed. */
export function serverFinder(deps: FindDeps): ServerFinder {
  const remember = registrar()
  const loaded = new Map<string, LoadedConfig>()
  const configFor = async (wanted: ConfigDeps): Promise<Config> => {
    const key = JSON.stringify([wanted.cwd, wanted.configFile, configVariables(wanted.env)])
    const known = loaded.get(key)
    if (known?.watched.unchanged() === true) return known.config
    const watched = watchFiles([join(deps.places.stateDir, 'servers')])
    const config = await loadConfig({ ...wanted, files: watched.files })
    if (loaded.size >= maxLoaded) loaded.clear()
    loaded.set(key, { config, watched })
    return config
  }
  return {
    async find(ref, caller) {
      const world: ConfigDeps = { ...deps, ...caller }
      const entry = await entryFor(ref, { world, configFor })
      const spec = await resolveEntry(entry, world)
      await remember(entry, 'record' in ref, world)
      return spec
    },
  }
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

interface LoadedConfig {
  readonly config: Config
  readonly watched: WatchedFiles
}

const maxLoaded = 64

/** The variables that say where clients keep their files; looking at each tells the caller that it is wanted. */
function configVariables(env: Caller['env']): readonly (string | undefined)[] {
  return ['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'XDG_CONFIG_HOME', 'APPDATA'].map(name => env[name])
}

interface Finding {
  readonly world: ConfigDeps
  readonly configFor: (wanted: ConfigDeps) => Promise<Config>
}

async function entryFor(ref: ServerRef, { world, configFor }: Finding): Promise<ServerEntry> {
  if ('record' in ref) return await entryOf(ref.record, world.places.stateDir, nodeFiles)
  if ('registered' in ref) return await registeredEntry(ref.registered, { world, configFor })
  const { name, configFile } = ref
  const wanted = configFile === undefined ? world : { ...world, configFile }
  return selectServer(await configFor(wanted), name)
}

/** What was registered from a file follows that file; the rest stands as it was registered. */
async function registeredEntry(id: string, { world, configFor }: Finding): Promise<ServerEntry> {
  const { stateDir, home } = world.places
  const record = isServerId(id) ? await readRecord(stateDir, id, nodeFiles) : undefined
  if (record === undefined) return selectServer(await configFor(world), id)
  const { scope, file } = record.origin
  const kept = await entryOf(record, stateDir, nodeFiles)
  if (scope === 'flags') return kept
  const workspace = record.entry['workspace']
  const cwd = typeof workspace === 'string' ? workspace : home
  const from = scope === 'file' && file !== undefined ? { configFile: file } : {}
  const config = await configFor({ ...world, cwd, ...from }).catch(() => undefined)
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
