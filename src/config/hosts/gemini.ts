import { join } from 'node:path'

import { memberAt } from '../document.ts'
import { forUser, inProject } from './folders.ts'
import type { Host } from './host.ts'

/** `httpUrl` is Streamable HTTP; a bare `url` is the older SSE transport unless the type says otherwise. */
export const gemini: Host = {
  client: 'gemini',
  title: 'Gemini CLI',
  reading: {
    dialect: 'gemini',
    bareUrl: 'sse',
    timeoutUnit: 'ms',
    timeoutMeans: 'callTimeoutSecs',
  },
  writing: { container: ['mcpServers'], entry: ({ command, args }) => ({ command, args }) },
  files: ({ home, projectDirs }) => [
    ...inProject(projectDirs, ['.gemini', 'settings.json'], [['mcpServers']]),
    forUser(join(home, '.gemini', 'settings.json'), [['mcpServers']]),
  ],
  switchedOff: (document, name) => {
    const [allowed, excluded] = ['allowed', 'excluded'].map(key => memberAt(document, ['mcp', key]))
    if (Array.isArray(excluded) && excluded.includes(name)) return 'listed in mcp.excluded'
    const missing = Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(name)
    return missing ? 'not listed in mcp.allowed' : undefined
  },
}
