import { join } from 'node:path'

import { forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

export const kiro: Host = {
  client: 'kiro',
  title: 'Kiro',
  reading: { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: { container: ['mcpServers'], entry: ({ command, args }) => ({ command, args }) },
  files: ({ home, projectDirs }) => [
    ...inProject(projectDirs, ['.kiro', 'settings', 'mcp.json'], [['mcpServers']]),
    forUser(join(home, '.kiro', 'settings', 'mcp.json'), [['mcpServers']]),
  ],
}
