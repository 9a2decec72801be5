/** Holds a connection to `lifecycle <mode>`, prints the server's process ids, and waits to be ended: `holder <mode> <wait|exit>`. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { connect } from '../../src/client/index.ts'
import { serverId } from '../../src/ids.ts'

const [mode = 'good', how = 'wait'] = process.argv.slice(2)
const server = `${dirname(fileURLToPath(import.meta.url))}/../servers/lifecycle.mjs`
const target = { type: 'stdio' as const, command: process.execPath, args: [server, mode], env: {} }
const spec = { id: serverId('held'), name: 'held', target, settings: {} }
const connection = await connect(spec, { env: { PATH: process.env['PATH'] } })
const { content } = await connection.callTool('pids', {})
const [part] = content
process.stdout.write(`${part?.type === 'text' ? part.text : '[]'}\n`)
if (how === 'exit') setTimeout(() => process.exit(0), 50)
