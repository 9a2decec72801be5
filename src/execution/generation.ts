/** The main journey: a configured entry → connect → introspect → generate → export, and the entry kept for later calls. */
import { join } from 'node:path'

import { catalogKey, catalogStore } from '../bridge/index.ts'
import { type Catalog, introspect } from '../catalog/index.ts'
import type { ClientLimits, Connection } from '../client/index.ts'
import type { ToolLabels, TreeMeta, TreeMode } from '../codegen/index.ts'
import {
  type ConfigDeps,
  fingerprint,
  registerServer,
  resolveEntry,
  type ServerEntry,
  usableDefinition,
} from '../config/index.ts'
import { type ExportReport, exportTree, type FileTree } from '../files/index.ts'
import { recordInstallation } from '../runtime/index.ts'
import { metaOf, readTreeMeta, treeFor } from './generation-tree.ts'

export interface GenerationDeps extends ConfigDeps {
  readonly now: () => number
  readonly signal?: AbortSignal
  readonly limits?: Partial<ClientLimits>
  /** Says what is being done, for who is watching. */
  readonly say?: (text: string) => void
}

export interface TreeRequest {
  /** The tree goes to `<base>/<server id>`, */
  readonly base: string
  /** or to this very folder. */
  readonly folder?: string
  readonly mode: TreeMode
  readonly force?: boolean
  readonly labels?: ToolLabels
}

/** A tree that was made for a folder, whether or not it was written there. */
export interface Planned {
  readonly folder: string
  readonly catalog: Catalog
  readonly tree: FileTree
  readonly meta: TreeMeta
  /** What the tree in the folder said of itself before. */
  readonly previous: TreeMeta | undefined
}

export interface Generated extends Planned {
  readonly report: ExportReport
}

/** Connects, hands the connection over with what the server offers, and leaves nothing running. */
export async function withServer<Result>(
  entry: ServerEntry,
  deps: GenerationDeps,
  work: (catalog: Catalog, connection: Connection) => Promise<Result>,
): Promise<Result> {
  const spec = await resolveEntry(entry, deps)
  const { env, platform, limits, signal } = deps
  deps.say?.(`Connecting to ${entry.id}`)
  // The transports are loaded by those who connect.
  const { clientStores, connect } = await import('../client/index.ts')
  await using connection = await connect(spec, {
    env,
    platform,
    ...clientStores(deps.places),
    ...(limits !== undefined && { limits }),
    ...(signal !== undefined && { signal }),
  })
  deps.say?.(`Listing the tools of ${entry.id}`)
  return await work(await introspectAgain(entry, connection, deps), connection)
}

/** What a connected server offers now. */
export async function introspectAgain(
  entry: ServerEntry,
  connection: Connection,
  { signal }: Pick<GenerationDeps, 'signal'>,
): Promise<Catalog> {
  const { allowedTools, blockedTools } = usableDefinition(entry).settings
  return await introspect(connection, {
    id: entry.id,
    ...(signal !== undefined && { signal }),
    ...(allowedTools !== undefined && { allowedTools }),
    ...(blockedTools !== undefined && { blockedTools }),
  })
}

/** What a server offers. */
export async function introspectServer(entry: ServerEntry, deps: GenerationDeps): Promise<Catalog> {
  return await withServer(entry, deps, catalog => Promise.resolve(catalog))
}

/** The tree that `generateTree` would write; writes nothing. */
export async function planTree(
  catalog: Catalog,
  entry: ServerEntry,
  {
    base,
    folder = join(base, catalog.server.id),
    mode,
    labels,
    now,
  }: TreeRequest & Pick<GenerationDeps, 'now'>,
): Promise<Planned> {
  const previous = await readTreeMeta(folder)
  const configFingerprint = fingerprint(usableDefinition(entry))
  const tree = await treeFor(catalog, previous, { mode, configFingerprint, labels, now })
  return { folder, catalog, tree, meta: metaOf(tree), previous }
}

/** Writes the tree of a catalog, whole or not at all, and keeps the entry so that its tools can be called. */
export async function generateTree(
  catalog: Catalog,
  entry: ServerEntry,
  request: TreeRequest & GenerationDeps,
): Promise<Generated> {
  const planned = await planTree(catalog, entry, request)
  const { force = false, signal } = request
  request.say?.(`Writing ${planned.tree.files.length} files`)
  const report = await exportTree(planned.tree, planned.folder, {
    force,
    ownedPaths: async target => (await readTreeMeta(target))?.files ?? [],
    ...(signal !== undefined && { signal }),
  })
  await registerServer(entry, request)
  // So that the tree's tools are checked, and their flags typed, before anything is started.
  const kept = {
    catalog,
    key: catalogKey(await resolveEntry(entry, request)),
    savedAt: request.now(),
  }
  await catalogStore(request.places.cacheDir).write(entry.id, kept)
  recordInstallation(request.places, request.env)
  return { ...planned, report }
}
