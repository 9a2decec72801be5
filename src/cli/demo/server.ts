/** The demonstration's MCP server: a small issue tracker in memory, over stdio, with schemas as real servers have them. */
import { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

import { tools } from './tools.ts'
import { Tracker } from './tracker.ts'

const tracker = new Tracker()
const server = new Server(
  { name: 'issue-tracker', title: 'Issue tracker', version: '1.0.0' },
  { capabilities: { tools: {} }, instructions: 'Issues of one project. Numbers are unique.' },
)
server.setRequestHandler('tools/list', () => ({ tools: [...tools] }))
server.setRequestHandler('tools/call', ({ params: { name, arguments: args = {} } }) => {
  try {
    const result = tracker.call(name, args)
    return { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: result }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { isError: true, content: [{ type: 'text', text }] }
  }
})
await server.connect(new StdioServerTransport())
