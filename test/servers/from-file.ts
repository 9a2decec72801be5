/** A server whose tools are what a JSON file says at the moment: `from-file.mjs <file>`; tells when the file changed. */
import { readFileSync, watchFile } from 'node:fs'

import { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

const file = process.argv[2] ?? ''
const server = new Server(
  { name: 'from-file', version: '1.0.0' },
  { capabilities: { tools: { listChanged: true } } },
)
server.setRequestHandler('tools/list', () => ({ tools: JSON.parse(readFileSync(file, 'utf8')) }))
server.setRequestHandler('tools/call', request => ({
  content: [{ type: 'text', text: JSON.stringify(request.params.arguments ?? {}) }],
}))
await server.connect(new StdioServerTransport())
watchFile(file, { interval: 50 }, () => void server.sendToolListChanged()).unref()
