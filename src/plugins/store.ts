/** Plugins on disk: saved whole or not at all, loaded only when every byte is what was saved (contract §10). */
import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { exportTree, fileTree, recoverTree } from '../files/index.ts'
import { isServerId, type ServerId } from '../ids.ts'
import { quoteName } from '../text/index.ts'
import { checksumText, type PluginBytes, verifyChecksum } from './integrity.ts'
import { decodeModule, encodeModule, type PreparedModules } from './module-container.ts'
import { mismatch, readPluginFiles } from './plugin-files.ts'
import {
  checksumFile,
  parseMetadata,
  parseVfs,
  type PluginMetadata,
  printMetadata,
  printVfs,
  type VfsFile,
} from './plugin-format.ts'

export interface PluginSource {
  readonly metadata: PluginMetadata
  /** The whole generated tree, paths relative to the server's folder. */
  readonly files: readonly VfsFile[]
  /** What the sandbox made of the tree's modules. */
  readonly modules: PreparedModules
  /** What the type checker reads of the same modules. */
  readonly declarations: ReadonlyMap<string, string>
}

export interface Plugin extends PluginSource {
  readonly id: ServerId
  readonly dir: string
  readonly totalBytes: number
}

export interface SaveReport {
  readonly dir: string
  readonly totalBytes: number
  /** False where exactly this plugin was there already. */
  readonly changed: boolean
}

/** Writes the plugin atomically; until that is done, and if it never is, the old one (or none) is what others see. */
export async function savePlugin(
  { metadata, files, modules, declarations }: PluginSource,
  pluginsDir: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<SaveReport> {
  const { id } = metadata.server
  const encoded: PluginBytes = {
    'metadata.json': Buffer.from(printMetadata(metadata)),
    'module.wasm': encodeModule({
      server: id,
      toolCount: metadata.tools.length,
      modules,
      declarations,
    }),
    'vfs.json': Buffer.from(printVfs(files)),
  }
  parseMetadata(printMetadata(metadata))
  parseVfs(printVfs(files))
  const tree = fileTree([
    ...Object.entries(encoded).map(([path, text]) => ({ path, text })),
    { path: checksumFile, text: await checksumText(encoded) },
  ])
  const dir = join(pluginsDir, id)
  const force = await isPluginFolder(dir)
  const { path, changed } = await exportTree(tree, dir, {
    force,
    ownedPaths: () => Promise.resolve(tree.files.map(file => file.path)),
    ...(signal !== undefined && { signal }),
  })
  return { dir: path, totalBytes: tree.totalBytes, changed }
}

/** The plugin, verified. Throws NOT_FOUND, CHECKSUM_MISMATCH or VALIDATION; never gives a wrong or partial one. */
export async function loadPlugin(id: string, pluginsDir: string): Promise<Plugin> {
  const known = pluginId(id)
  const dir = join(pluginsDir, known)
  const { files, checksum } = await readPluginFiles(dir, id).catch(async (error: unknown) => {
    // A save that was killed in its last step left the old plugin beside its place.
    if (!ExecutionError.is(error, 'NOT_FOUND') || !(await recoverTree(dir))) throw error
    return await readPluginFiles(dir, id)
  })
  await verifyChecksum(id, files, checksum)
  const metadata = parseMetadata(textOf(files['metadata.json']))
  const { server, modules, declarations } = decodeModule(files['module.wasm'])
  if (metadata.server.id !== id || server !== id) {
    throw mismatch(id, `it was saved as ${quoteName(metadata.server.id)}`)
  }
  const totalBytes = Object.values(files).reduce((sum, { length }) => sum + length, checksum.length)
  const vfs = parseVfs(textOf(files['vfs.json']))
  return { id: known, dir, metadata, files: vfs, modules, declarations, totalBytes }
}

/** Checks everything `loadPlugin` would, and gives what a listing shows. */
export async function verifyPlugin(id: string, pluginsDir: string): Promise<PluginInfo> {
  return infoOf(await loadPlugin(id, pluginsDir))
}

export interface PluginInfo {
  readonly id: string
  readonly dir: string
  readonly serverName: string
  readonly serverVersion: string
  readonly toolCount: number
  readonly fileCount: number
  readonly totalBytes: number
  readonly generatedAt: string
}

/** One saved plugin in a listing: whole, or what is wrong with it. */
export type ListedPlugin =
  | { readonly status: 'ok'; readonly info: PluginInfo }
  | { readonly status: 'broken'; readonly id: string; readonly problem: string }

export async function listPlugins(pluginsDir: string): Promise<readonly ListedPlugin[]> {
  const entries = await readdir(pluginsDir, { withFileTypes: true }).catch(() => [])
  const ids = entries.filter(entry => entry.isDirectory() && isServerId(entry.name))
  return await Promise.all(
    ids
      .map(({ name }) => name)
      .toSorted()
      .map(id => listed(id, pluginsDir)),
  )
}

/** Removes the plugin; throws NOT_FOUND without it, PATH_REFUSED for a folder that is none. */
export async function removePlugin(id: string, pluginsDir: string): Promise<string> {
  const dir = join(pluginsDir, pluginId(id))
  if (!(await isPluginFolder(dir))) {
    await readPluginFiles(dir, id).catch((error: unknown) => {
      if (ExecutionError.is(error, 'NOT_FOUND')) throw error
    })
    throw new ExecutionError(
      'PATH_REFUSED',
      `Cannot remove the plugin ${quoteName(id)}: its folder is no plugin; look at it by hand`,
    )
  }
  // Out of sight first, so that nobody ever loads half of it.
  const aside = join(pluginsDir, `.${id}.removed-${randomBytes(6).toString('hex')}`)
  await rename(dir, aside)
  await rm(aside, { recursive: true, force: true })
  return dir
}

async function listed(id: string, pluginsDir: string): Promise<ListedPlugin> {
  try {
    return { status: 'ok', info: await verifyPlugin(id, pluginsDir) }
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error
    return { status: 'broken', id, problem: error.message }
  }
}

function infoOf({ id, dir, metadata, files, totalBytes }: Plugin): PluginInfo {
  return {
    id,
    dir,
    serverName: metadata.server.name,
    serverVersion: metadata.server.version,
    toolCount: metadata.tools.length,
    fileCount: files.length,
    totalBytes,
    generatedAt: metadata.generated_at,
  }
}

function pluginId(id: string): ServerId {
  if (isServerId(id)) return id
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot find the plugin ${quoteName(id)}: plugins are named by server ids; see \`plugin list\``,
  )
}

async function isPluginFolder(dir: string): Promise<boolean> {
  const found = await Promise.all(
    [dir, join(dir, 'metadata.json'), join(dir, checksumFile)].map(path =>
      lstat(path).catch(() => undefined),
    ),
  )
  const [folder, metadata, checksum] = found
  return folder?.isDirectory() === true && (metadata?.isFile() ?? checksum?.isFile()) === true
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
