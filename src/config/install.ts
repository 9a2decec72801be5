/** Writes our entry into a client's own file, takes it out again, and puts the file back as it was. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { isRecord, memberAt, parseDocument, type Path } from './document.ts'
import { editFile, readForEdit, targetOf } from './edit-file.ts'
import type { Host, HostFile, OwnCommand, Writing } from './hosts/host.ts'
import { hosts } from './hosts/hosts.ts'
import { setJsonValue } from './json-edit.ts'
import type { ConfigDeps } from './load.ts'
import { lookAround } from './look-around.ts'
import { ownName } from './own-entry.ts'
import { writePrivateFile } from './private-file.ts'
import { nodeFiles } from './read-file.ts'
import { shown, shownPath } from './rules.ts'
import { removeTomlTable, setTomlTable } from './toml-edit.ts'
import { meantInstead } from './unknown-keys.ts'
import { setYamlValue } from './yaml-edit.ts'

export type InstallScope = 'user' | 'project'
export type InstallDeps = Pick<ConfigDeps, 'env' | 'cwd' | 'platform' | 'places'>

/** One client's file, and whether our entry is in it. */
export interface Installation {
  readonly client: string
  readonly title: string
  readonly scope: InstallScope
  readonly file: string
  /** The client has left traces on this machine: its file, or the folder the file belongs in. */
  readonly found: boolean
  readonly installed: boolean
}

/** What changes in a file; the same texts where nothing does. */
export interface InstallChange {
  readonly client: string
  readonly title: string
  readonly file: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** What `install` takes. */
export const installClients: readonly string[] = hosts
  .filter(host => host.writing !== undefined)
  .map(host => host.client)

/** Every client we can write to, for the user. */
export async function findInstallations(deps: InstallDeps): Promise<readonly Installation[]> {
  const found = hosts.flatMap(host => (host.writing === undefined ? [] : [host.client]))
  return await Promise.all(
    found.map(async client => {
      const place = await findPlace(client, 'user', deps)
      const read = await nodeFiles.read(place.path)
      const text = read.status === 'text' ? read.text : ''
      return {
        client,
        title: place.host.title,
        scope: 'user' as const,
        file: place.path,
        found: read.status !== 'absent' || (await nodeFiles.exists(join(place.path, '..'))),
        installed:
          memberAt(await valueOf(text, place.path), await entryPath(text, place)) !== undefined,
      }
    }),
  )
}

/** What `install` would do; writes nothing. Throws INVALID_ARGUMENT for a client or scope that is none. */
export async function planInstall(
  [client, scope]: readonly [client: string, scope: InstallScope],
  own: OwnCommand | undefined,
  deps: InstallDeps,
): Promise<InstallChange> {
  const place = await findPlace(client, scope, deps)
  const read = await readForEdit(await targetOf(place.path))
  const before = read.status === 'text' ? read.text : undefined
  const after =
    before === undefined && own === undefined ? undefined : await edited(place, before, own)
  return { client, title: place.host.title, file: place.path, before, after }
}

/** Adds or replaces our entry; without `own`, takes it out. What the file held is kept for `undoInstall`. */
export async function writeInstall(
  which: readonly [client: string, scope: InstallScope],
  own: OwnCommand | undefined,
  deps: InstallDeps,
): Promise<InstallChange> {
  const plan = await planInstall(which, own, deps)
  if (plan.after === plan.before) return plan
  const place = await findPlace(which[0], which[1], deps)
  const { before, after, path } = await editFile(place.path, text => edited(place, text, own))
  const record = { version: 1, file: path, before: before ?? null, after: sha256(after) }
  await writePrivateFile(backupFile(path, deps), `${JSON.stringify(record)}\n`)
  return { ...plan, before, after }
}

/** Puts the file back as it was before the last change of ours. Throws STATE where it was changed since. */
export async function undoInstall(
  [client, scope]: readonly [client: string, scope: InstallScope],
  deps: InstallDeps,
): Promise<InstallChange> {
  const place = await findPlace(client, scope, deps)
  const path = await targetOf(place.path)
  const backup = await readBackup(path, deps)
  const read = await readForEdit(path)
  const now = read.status === 'text' ? read.text : undefined
  if (now === undefined || sha256(now) !== backup.after) {
    const message = `Cannot undo the change to ${shownPath(path)}: the file was changed since; run: mcp-execution uninstall ${client}`
    throw new ExecutionError('STATE', message)
  }
  if (backup.before === undefined) await rm(path)
  else await editFile(path, () => Promise.resolve(backup.before ?? ''))
  await rm(backupFile(path, deps), { force: true })
  return { client, title: place.host.title, file: path, before: now, after: backup.before }
}

interface Place extends HostFile {
  readonly host: Host
  readonly writing: Writing
}

async function findPlace(client: string, scope: InstallScope, deps: InstallDeps): Promise<Place> {
  const host = hosts.find(each => each.client === client)
  if (host?.writing === undefined) {
    const message = `Cannot install into ${shown(client)}: there is no such client${meantInstead(client, installClients)}; give one of ${installClients.join(', ')}`
    throw new ExecutionError('INVALID_ARGUMENT', message)
  }
  const world = await lookAround(deps, nodeFiles)
  const files = host.files(world).filter(file => {
    const near = file.workspace === undefined || world.projectDirs.includes(file.workspace)
    return file.scope === scope && near
  })
  const there = await Promise.all(files.map(file => nodeFiles.exists(file.path)))
  const file = files[Math.max(there.indexOf(true), 0)]
  if (file !== undefined) return { ...file, host, writing: host.writing }
  const message = `Cannot install into ${host.title} for one project: it has no file for that; use --scope user`
  throw new ExecutionError('INVALID_ARGUMENT', message)
}

async function edited(
  place: Place,
  text: string | undefined,
  own: OwnCommand | undefined,
): Promise<string> {
  const before = text ?? ''
  const entry = own === undefined ? undefined : place.writing.entry(own)
  const path = await entryPath(before, place)
  if (entry === undefined && memberAt(await valueOf(before, place.path), path) === undefined) {
    return before
  }
  if (place.path.endsWith('.toml')) {
    return entry === undefined
      ? await removeTomlTable(before, path)
      : await setTomlTable(before, path, entry)
  }
  const edit = /\.ya?ml$/.test(place.path) ? setYamlValue : setJsonValue
  return await edit(before, path, entry)
}

/** In the container that the file has already, else in the one the client would make. */
async function entryPath(text: string, { containers, path, writing }: Place): Promise<Path> {
  const value = await valueOf(text, path)
  const existing = containers.find(keys => keys.length > 0 && isRecord(memberAt(value, keys)))
  const bare = containers.some(keys => keys.length === 0) && isBareMap(value)
  return [...(existing ?? (bare ? [] : writing.container)), ownName]
}

function isBareMap(value: unknown): boolean {
  const members = isRecord(value) ? Object.values(value) : []
  return members.some(member => isRecord(member) && ('command' in member || 'url' in member))
}

async function valueOf(text: string, path: string): Promise<unknown> {
  const parsed = await parseDocument(text, path)
  return parsed.status === 'parsed' ? parsed.document.value : undefined
}

interface Backup {
  readonly before: string | undefined
  readonly after: string
}

async function readBackup(path: string, deps: InstallDeps): Promise<Backup> {
  const read = await nodeFiles.read(backupFile(path, deps))
  const record = read.status === 'text' ? await valueOf(read.text, '.json') : undefined
  const [before, after] = ['before', 'after'].map(key => memberAt(record, [key]))
  if (typeof after === 'string') {
    return { before: typeof before === 'string' ? before : undefined, after }
  }
  const message = `Cannot undo a change to ${shownPath(path)}: none is on record; nothing was changed`
  throw new ExecutionError('NOT_FOUND', message)
}

function backupFile(path: string, { places }: InstallDeps): string {
  return join(places.stateDir, 'backups', `${sha256(path)}.json`)
}
