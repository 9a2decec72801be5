import { join } from 'node:path'

import { appDataDir, forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

export const vscode: Host = {
  client: 'vscode',
  title: 'VS Code',
  reading: { dialect: 'editor', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: {
    container: ['servers'],
    entry: ({ command, args }) => ({ type: 'stdio', command, args }),
  },
  files: world => [
    ...inProject(world.projectDirs, ['.vscode', 'mcp.json'], [['servers']]),
    ...['Code', 'Code - Insiders'].map(product =>
      forUser(join(appDataDir(world), product, 'User', 'mcp.json'), [['servers']]),
    ),
  ],
}
