import { join } from 'node:path'

import { envDir, forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

/** Codex expands nothing: it names variables instead (`env_vars`, `bearer_token_env_var`, `env_http_headers`). */
export const codex: Host = {
  client: 'codex',
  title: 'Codex',
  reading: { dialect: 'literal', timeoutUnit: 's', timeoutMeans: 'callTimeoutSecs' },
  writing: { container: ['mcp_servers'], entry: ({ command, args }) => ({ command, args }) },
  files: ({ env, home, projectDirs }) => [
    ...inProject(projectDirs, ['.codex', 'config.toml'], [['mcp_servers']]),
    forUser(join(envDir(env['CODEX_HOME']) ?? join(home, '.codex'), 'config.toml'), [
      ['mcp_servers'],
    ]),
  ],
}
