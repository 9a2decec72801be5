/** Folders that several clients build on. */
import { isAbsolute, join } from 'node:path'

import type { HostFile, HostWorld } from './host.ts'

/** Where desktop programs keep their settings: Application Support, %APPDATA%, or $XDG_CONFIG_HOME. */
export function appDataDir({ env, home, platform }: HostWorld): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return envDir(env['APPDATA']) ?? join(home, 'AppData', 'Roaming')
  return configHome({ env, home })
}

/** $XDG_CONFIG_HOME, also where a client uses ~/.config on every platform. */
export function configHome({ env, home }: Pick<HostWorld, 'env' | 'home'>): string {
  return envDir(env['XDG_CONFIG_HOME']) ?? join(home, '.config')
}

/** A folder named by a variable; relative ones are ignored. */
export function envDir(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}

/** The same file in each folder of the project, nearest first. */
export function inProject(
  dirs: readonly string[],
  file: readonly string[],
  containers: HostFile['containers'],
): readonly HostFile[] {
  return dirs.map(dir => ({
    scope: 'project',
    path: join(dir, ...file),
    containers,
    workspace: dir,
  }))
}

export function forUser(path: string, containers: HostFile['containers']): HostFile {
  return { scope: 'user', path, containers }
}
