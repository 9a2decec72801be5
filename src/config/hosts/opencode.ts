import { join } from 'node:path'

import { configHome, forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

const names = ['opencode.json', 'opencode.jsonc']
const containers = [['mcp', 'servers'], ['mcp']]

/** Two shapes: `mcp.<name>`, and the newer `mcp.servers.<name>`. Its timeout bounds the listing of tools. */
export const opencode: Host = {
  client: 'opencode',
  title: 'OpenCode',
  reading: { dialect: 'opencode', timeoutUnit: 'ms', timeoutMeans: 'discoverTimeoutSecs' },
  writing: {
    container: ['mcp'],
    entry: ({ command, args }) => ({ type: 'local', command: [command, ...args], enabled: true }),
  },
  files: world => [
    ...names.flatMap(name => inProject(world.projectDirs, [name], containers)),
    ...names.flatMap(name => inProject(world.projectDirs, ['.opencode', name], containers)),
    ...names.map(name => forUser(join(configHome(world), 'opencode', name), containers)),
  ],
}
