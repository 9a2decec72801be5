import { join } from 'node:path'

import { appDataDir, configHome, forUser } from './folders.ts'
import type { Host } from './host.ts'

/** Extensions in YAML; those built into Goose itself are no servers. */
export const goose: Host = {
  client: 'goose',
  title: 'Goose',
  reading: { dialect: 'gemini', timeoutUnit: 's', timeoutMeans: 'callTimeoutSecs' },
  writing: {
    container: ['extensions'],
    entry: ({ command, args }) => ({
      enabled: true,
      type: 'stdio',
      name: 'mcp-execution',
      cmd: command,
      args,
      envs: {},
      timeout: 300,
    }),
  },
  files: world => {
    const dir =
      world.platform === 'win32'
        ? join(appDataDir(world), 'Block', 'goose', 'config')
        : join(configHome(world), 'goose')
    return [forUser(join(dir, 'config.yaml'), [['extensions']])]
  },
  adapt: raw => {
    const builtIn = ['builtin', 'platform', 'frontend', 'inline_python']
    return builtIn.includes(String(raw['type'])) ? undefined : raw
  },
}
