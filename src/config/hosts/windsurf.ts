import { join } from 'node:path'

import { forUser } from './folders.ts'
import type { Host } from './host.ts'

export const windsurf: Host = {
  client: 'windsurf',
  title: 'Windsurf',
  reading: { dialect: 'editor', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: { container: ['mcpServers'], entry: ({ command, args }) => ({ command, args }) },
  files: ({ home }) =>
    [['windsurf'], ['windsurf-next'], []].map(product =>
      forUser(join(home, '.codeium', ...product, 'mcp_config.json'), [['mcpServers']]),
    ),
}
