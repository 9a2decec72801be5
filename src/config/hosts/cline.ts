import { join } from 'node:path'

import { appDataDir, forUser } from './folders.ts'
import type { Host } from './host.ts'

const file = 'cline_mcp_settings.json'

export const cline: Host = {
  client: 'cline',
  title: 'Cline',
  reading: { dialect: 'editor', timeoutUnit: 's', timeoutMeans: 'callTimeoutSecs' },
  writing: {
    container: ['mcpServers'],
    entry: ({ command, args }) => ({ type: 'stdio', command, args }),
  },
  files: world =>
    [
      join(
        appDataDir(world),
        'Code',
        'User',
        'globalStorage',
        'saoudrizwan.claude-dev',
        'settings',
      ),
      join(world.home, '.cline', 'data', 'settings'),
    ].map(dir => forUser(join(dir, file), [['mcpServers']])),
}
