/** A plugin's folder read with every bound and no link followed: exactly its four files, or an error. */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { formatBytes, quoteName } from '../text/index.ts'
import type { PluginBytes } from './integrity.ts'
import { checksumFile, maxFileBytes, pluginFiles } from './plugin-format.ts'

export interface PluginContent {
  readonly files: PluginBytes
  readonly checksum: Uint8Array
}

/** Throws NOT_FOUND without the folder, CHECKSUM_MISMATCH where files miss, are added, or are no plain files. */
export async function readPluginFiles(dir: string, id: string): Promise<PluginContent> {
  const names = (await namesIn(dir, id)).toSorted()
  const expected = [...pluginFiles, checksumFile].toSorted()
  const missing = expected.filter(name => !names.includes(name))
  const added = names.filter(name => !expected.includes(name))
  if (missing.length > 0) throw mismatch(id, `${missing.join(', ')} is missing`)
  if (added.length > 0) throw mismatch(id, `${quoteName(added[0] ?? '')} was added`)
  const [metadata, module, vfs, checksum] = await Promise.all(
    ([...pluginFiles, checksumFile] as const).map(name => readBounded(join(dir, name), id, name)),
  )
  if (!metadata || !module || !vfs || !checksum) throw mismatch(id, 'a file is missing')
  return { files: { 'metadata.json': metadata, 'module.wasm': module, 'vfs.json': vfs }, checksum }
}

async function namesIn(dir: string, id: string): Promise<readonly string[]> {
  try {
    return await readdir(dir)
  } catch (cause) {
    throw new ExecutionError(
      'NOT_FOUND',
      `Cannot find the plugin ${quoteName(id)}: it was never saved here; see \`plugin list\``,
      { cause },
    )
  }
}

async function readBounded(
  path: string,
  id: string,
  name: keyof typeof maxFileBytes,
): Promise<Uint8Array> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
  let handle: FileHandle
  try {
    handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (cause) {
    throw mismatch(id, `${name} cannot be opened`, cause)
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw mismatch(id, `${name} is no plain file`)
    if (stats.size > maxFileBytes[name]) {
      throw mismatch(id, `${name} is over ${formatBytes(maxFileBytes[name])}`)
    }
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

export function mismatch(id: string, how: string, cause?: unknown): ExecutionError {
  return new ExecutionError(
    'CHECKSUM_MISMATCH',
    `Cannot load the plugin ${quoteName(id)}: ${how}; save it again`,
    { cause, details: { plugin: id } },
  )
}
