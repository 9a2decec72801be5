import { join } from 'node:path'

import { appDataDir, forUser } from './folders.ts'
import type { Host } from './host.ts'

export const claudeDesktop: Host = {
  client: 'claude-desktop',
  title: 'Claude Desktop',
  reading: { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: { container: ['mcpServers'], entry: ({ command, args }) => ({ command, args }) },
  files: world => [
    forUser(join(appDataDir(world), 'Claude', 'claude_desktop_config.json'), [['mcpServers']]),
  ],
}
