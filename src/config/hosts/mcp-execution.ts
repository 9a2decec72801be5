import { join } from 'node:path'

import { forUser } from './folders.ts'
import type { Host } from './host.ts'

/** Our own file, which no other client reads. */
export const mcpExecution: Host = {
  client: 'mcp-execution',
  title: 'mcp-execution',
  reading: { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  files: ({ home }) => [forUser(join(home, '.claude', 'mcp.json'), [['mcpServers']])],
}
