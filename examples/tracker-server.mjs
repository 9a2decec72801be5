// A small issue tracker over stdio, as the real ones are: list, label, comment. Issues live as long as the process.
import { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

const titles = [
  'Crash on start',
  'Add dark mode',
  'Error: cannot save',
  'Typo in help',
  'Crash in export',
]
const issues = titles.map((title, index) => ({
  number: index + 1,
  title,
  labels: [],
  comments: [],
}))
const number = { type: 'integer', minimum: 1 }
const issue = {
  type: 'object',
  properties: {
    number,
    title: { type: 'string' },
    labels: { type: 'array', items: { type: 'string' } },
  },
  required: ['number', 'title', 'labels'],
}
const tool = (name, { description, properties = {}, outputSchema = issue }) => ({
  name,
  description,
  inputSchema: {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  },
  outputSchema,
})
const list = {
  type: 'object',
  properties: { issues: { type: 'array', items: issue } },
  required: ['issues'],
}
const tools = [
  tool('list_issues', { description: 'All open issues', outputSchema: list }),
  tool('add_label', {
    description: 'Labels an issue',
    properties: { number, label: { type: 'string' } },
  }),
  tool('comment', {
    description: 'Answers an issue',
    properties: { number, body: { type: 'string' } },
  }),
]
const find = wanted => issues.find(each => each.number === wanted)
const act = {
  list_issues: () => ({ issues }),
  add_label: ({ number: wanted, label }) => (find(wanted).labels.push(label), find(wanted)),
  comment: ({ number: wanted, body }) => (find(wanted).comments.push(body), find(wanted)),
}

const server = new Server({ name: 'tracker', version: '1.0.0' }, { capabilities: { tools: {} } })
server.setRequestHandler('tools/list', () => ({ tools }))
server.setRequestHandler('tools/call', ({ params }) => {
  const structuredContent = act[params.name](params.arguments ?? {})
  return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
})
await server.connect(new StdioServerTransport())
