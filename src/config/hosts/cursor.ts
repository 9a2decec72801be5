import { join } from 'node:path'

import { forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

export const cursor: Host = {
  client: 'cursor',
  title: 'Cursor',
  reading: { dialect: 'editor', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: { container: ['mcpServers'], entry: ({ command, args }) => ({ command, args }) },
  files: ({ home, projectDirs }) => [
    ...inProject(projectDirs, ['.cursor', 'mcp.json'], [['mcpServers']]),
    forUser(join(home, '.cursor', 'mcp.json'), [['mcpServers']]),
  ],
}
