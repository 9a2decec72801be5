/** A well-behaved stdio server with one tool, `echo`, that returns its arguments. */
import { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

const server = new Server({ name: 'echo', version: '1.0.0' }, { capabilities: { tools: {} } })
server.setRequestHandler('tools/list', () => ({
  tools: [{ name: 'echo', description: 'Returns its arguments', inputSchema: { type: 'object' } }],
}))
server.setRequestHandler('tools/call', request => ({
  content: [{ type: 'text', text: JSON.stringify(request.params.arguments ?? {}) }],
}))
await server.connect(new StdioServerTransport())
