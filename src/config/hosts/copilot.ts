import { join } from 'node:path'

import { forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

/** Copilot CLI; a project's `.mcp.json` is read as Claude Code's. A file may be the bare map of servers. */
export const copilot: Host = {
  client: 'copilot',
  title: 'GitHub Copilot CLI',
  reading: { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: {
    container: ['mcpServers'],
    entry: ({ command, args }) => ({ type: 'local', command, args, tools: ['*'] }),
  },
  files: ({ home, projectDirs }) => [
    ...inProject(projectDirs, ['.github', 'mcp.json'], [['mcpServers'], []]),
    forUser(join(home, '.copilot', 'mcp-config.json'), [['mcpServers'], []]),
  ],
}
