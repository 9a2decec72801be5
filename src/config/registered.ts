/** Servers once generated or called: their unexpanded entries, kept so that a tree stays callable from anywhere. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { canonicalJson, sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { isServerId, type ServerId } from '../ids.ts'
import { approvalDigest, isApproved } from './approvals.ts'
import { bindPlaces } from './bind-places.ts'
import type { Definition, HttpDefinition, ServerEntry, StdioDefinition } from './definition.ts'
import { isRecord, memberAt } from './document.ts'
import type { ConfigDeps } from './load.ts'
import { normalise, printMembers } from './normalise.ts'
import { writePrivateFile } from './private-file.ts'
import type { ConfigFiles } from './read-file.ts'
import { usableDefinition } from './select.ts'
import type { Origin } from './server-spec.ts'
import { printTemplate } from './template.ts'

/** `<stateDir>/servers/<id>.json`, mode 0600. Strings of `entry` are in our own spelling: see template.ts. */
export interface RegisteredServer {
  readonly id: ServerId
  readonly name: string
  readonly origin: Origin
  readonly entry: Readonly<Record<string, unknown>>
  readonly fingerprint: string
  /** The approval it stands on, for an entry that came from a project. */
  readonly approval?: string
}

type RegisterDeps = Pick<ConfigDeps, 'cwd' | 'places' | 'platform'>

/** Keeps an entry that is ready; throws APPROVAL_PENDING or CONFIG_INVALID for one that may not be used. */
export async function registerServer(entry: ServerEntry, deps: RegisterDeps): Promise<void> {
  const path = registeredFile(deps.places.stateDir, entry.id)
  await writePrivateFile(path, `${JSON.stringify(recordOf(entry, deps), null, 2)}\n`)
}

/** An entry as it is kept, and as another process may be given it. Throws as `registerServer` does. */
export function recordOf(
  entry: ServerEntry,
  { cwd, places, platform }: RegisterDeps,
): RegisteredServer {
  const { id, name, origin } = entry
  const definition = usableDefinition(entry)
  const workspace = definition.workspace ?? cwd
  const settled = bindPlaces(definition, { home: places.home, workspace, platform })
  return {
    id,
    name,
    origin,
    entry: defined(asEntry(settled)),
    fingerprint: fingerprint(definition),
    approval: origin.scope === 'project' ? approvalDigest(entry, definition) : undefined,
  }
}

/** Registered servers as entries; one whose approval was taken back is pending again. */
export async function readRegisteredEntries(
  stateDir: string,
  files: ConfigFiles,
): Promise<readonly ServerEntry[]> {
  const records = await readRegistered(stateDir, files)
  return await Promise.all(records.map(record => entryOf(record, stateDir, files)))
}

/** The entry a record stands for. */
export async function entryOf(
  record: RegisteredServer,
  stateDir: string,
  files: ConfigFiles,
): Promise<ServerEntry> {
  const { id, name, origin, approval } = record
  try {
    const definition = definitionOf(record)
    const digest = approval ?? ''
    const approved = origin.scope !== 'project' || (await isApproved(stateDir, digest, files))
    const state = approved
      ? { status: 'ready' as const, definition }
      : { status: 'pending' as const, definition, digest }
    return { id, name, origin, state }
  } catch (error) {
    if (!ExecutionError.is(error)) throw error
    return {
      id,
      name,
      origin,
      state: { status: 'invalid', code: error.code, reason: error.message },
    }
  }
}

/** Every readable record; a broken one is left out. */
async function readRegistered(
  stateDir: string,
  files: ConfigFiles,
): Promise<readonly RegisteredServer[]> {
  const names = await readdir(join(stateDir, 'servers')).catch(() => [])
  const ids = names
    .filter(name => name.endsWith('.json'))
    .map(name => name.slice(0, -'.json'.length))
    .filter(isServerId)
  const records = await Promise.all(ids.toSorted().map(id => readRecord(stateDir, id, files)))
  return records.filter(record => record !== undefined)
}

/** Forgets a server; true where it was known. */
export async function unregisterServer(stateDir: string, id: ServerId): Promise<boolean> {
  try {
    await rm(registeredFile(stateDir, id))
    return true
  } catch {
    return false
  }
}

/** Hex SHA-256 of how a server is reached, without one value of a variable or header: safe to write into a tree. */
export function fingerprint(definition: Definition): string {
  if (definition.fingerprint !== undefined) return definition.fingerprint
  const { transport, settings } = definition
  const masked =
    transport.type === 'stdio'
      ? { ...storedStdio(transport), env: Object.keys(transport.env).toSorted() }
      : { ...storedHttp(transport), headers: Object.keys(transport.headers).toSorted() }
  return sha256(canonicalJson({ version: 1, ...masked, ...settings }))
}

/** The definition a record stands for. */
function definitionOf({ name, entry, fingerprint: known }: RegisteredServer): Definition {
  const workspace = memberAt(entry, ['workspace'])
  const inputDefaults = memberAt(entry, ['inputDefaults'])
  const { definition } = normalise({
    name,
    raw: entry,
    reading: { dialect: 'own', timeoutUnit: 's', timeoutMeans: 'callTimeoutSecs' },
    workspace: typeof workspace === 'string' ? workspace : undefined,
    inputDefaults: isRecord(inputDefaults) ? textMembers(inputDefaults) : undefined,
  })
  return { ...definition, fingerprint: known }
}

function defined(entry: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined))
}

/** A definition as a record keeps it: every string in our own spelling. */
export function asEntry(definition: Definition): Record<string, unknown> {
  const { transport, settings, workspace, inputDefaults } = definition
  const stored = transport.type === 'stdio' ? storedStdio(transport) : storedHttp(transport)
  return { ...stored, ...settings, workspace, inputDefaults }
}

function storedStdio(transport: StdioDefinition): Record<string, unknown> {
  const { type, passEnv, allowUnsafeEnv, cwd, envFile } = transport
  return {
    type,
    command: printTemplate(transport.command),
    args: transport.args.map(printTemplate),
    env: printMembers(transport.env),
    cwd: cwd === undefined ? undefined : printTemplate(cwd),
    envFile: envFile === undefined ? undefined : printTemplate(envFile),
    env_vars: passEnv.length === 0 ? undefined : passEnv,
    allowUnsafeEnv: allowUnsafeEnv ? true : undefined,
  }
}

function storedHttp({ type, url, headers, oauth }: HttpDefinition): Record<string, unknown> {
  return { type, url: printTemplate(url), headers: printMembers(headers), oauth }
}

function registeredFile(stateDir: string, id: ServerId): string {
  return join(stateDir, 'servers', `${id}.json`)
}

/** The record of one server; undefined where there is none, or it is broken. */
export async function readRecord(
  stateDir: string,
  id: ServerId,
  files: ConfigFiles,
): Promise<RegisteredServer | undefined> {
  const read = await files.read(registeredFile(stateDir, id))
  if (read.status !== 'text') return undefined
  try {
    const record = parseRecord(JSON.parse(read.text))
    return record?.id === id ? record : undefined
  } catch {
    return undefined
  }
}

/** A record from JSON; undefined where it is none. */
export function parseRecord(json: unknown): RegisteredServer | undefined {
  return isRegistered(json) ? json : undefined
}

const scopes: readonly unknown[] = ['flags', 'file', 'local', 'project', 'user']

function isRegistered(json: unknown): json is RegisteredServer {
  return (
    isRecord(json) &&
    isRecord(json['entry']) &&
    typeof json['id'] === 'string' &&
    isServerId(json['id']) &&
    typeof json['name'] === 'string' &&
    typeof memberAt(json, ['origin', 'client']) === 'string' &&
    scopes.includes(memberAt(json, ['origin', 'scope']))
  )
}

function textMembers(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  )
}
