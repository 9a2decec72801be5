import { join } from 'node:path'

import { envDir, forUser, inProject } from './folders.ts'
import type { Host, HostFile, HostWorld } from './host.ts'

/** `.mcp.json` here and in every folder above; `~/.claude.json` for the user, and for the user in one project (local scope). */
export const claudeCode: Host = {
  client: 'claude-code',
  title: 'Claude Code',
  reading: { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' },
  writing: {
    container: ['mcpServers'],
    entry: ({ command, args }) => ({ type: 'stdio', command, args, env: {} }),
  },
  files: world => [
    ...local(world),
    ...inProject(world.ancestors, ['.mcp.json'], [['mcpServers']]),
    forUser(userFile(world), [['mcpServers']]),
  ],
}

function local(world: HostWorld): readonly HostFile[] {
  return world.projectDirs.map(dir => ({
    scope: 'local',
    path: userFile(world),
    containers: [['projects', dir, 'mcpServers']],
    workspace: dir,
  }))
}

function userFile({ env, home }: HostWorld): string {
  return join(envDir(env['CLAUDE_CONFIG_DIR']) ?? home, '.claude.json')
}
