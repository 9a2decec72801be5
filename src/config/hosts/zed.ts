import { join } from 'node:path'

import { isRecord } from '../document.ts'
import { appDataDir, configHome, forUser, inProject } from './folders.ts'
import type { Host, HostWorld } from './host.ts'

export const zed: Host = {
  client: 'zed',
  title: 'Zed',
  reading: { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  adapt,
  writing: {
    container: ['context_servers'],
    entry: ({ command, args }) => ({ source: 'custom', command, args, env: {} }),
  },
  files: world => [
    ...inProject(world.projectDirs, ['.zed', 'settings.json'], [['context_servers']]),
    ...userDirs(world).map(dir => forUser(join(dir, 'settings.json'), [['context_servers']])),
  ],
}

// Zed uses ~/.config/zed on macOS as well; older notes say Application Support.
function userDirs(world: HostWorld): readonly string[] {
  const [xdg, app] = [join(configHome(world), 'zed'), join(appDataDir(world), 'Zed')]
  return world.platform === 'linux' ? [xdg] : [xdg, app]
}

// An extension's entry holds only its settings; older files nest the program as {path, args, env}.
function adapt(
  raw: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const { command } = raw
  if (isRecord(command)) {
    return { ...raw, command: command['path'], args: command['args'], env: command['env'] }
  }
  return command === undefined && raw['url'] === undefined ? undefined : raw
}
