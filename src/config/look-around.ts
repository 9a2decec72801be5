import { dirname, join, resolve } from 'node:path'

import type { HostWorld } from './hosts/host.ts'
import type { ConfigDeps } from './load.ts'
import type { ConfigFiles } from './read-file.ts'

/** Which folders a client would look into from here. */
export async function lookAround(
  deps: Pick<ConfigDeps, 'env' | 'cwd' | 'platform' | 'places'>,
  files: Pick<ConfigFiles, 'exists'>,
): Promise<HostWorld> {
  const { env, platform, places } = deps
  const ancestors = foldersAbove(deps.cwd)
  const marked = await Promise.all(ancestors.map(dir => files.exists(join(dir, '.git'))))
  const root = marked.indexOf(true)
  const projectDirs = root === -1 ? ancestors.slice(0, 1) : ancestors.slice(0, root + 1)
  return { env, platform, home: places.home, ancestors, projectDirs }
}

function foldersAbove(cwd: string): readonly string[] {
  const folders = [resolve(cwd)]
  for (let folder = dirname(resolve(cwd)); folder !== folders.at(-1); folder = dirname(folder)) {
    folders.push(folder)
  }
  return folders
}
