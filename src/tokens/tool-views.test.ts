import { expect, test } from 'vitest'

import type { Catalog, Tool } from '../catalog/index.ts'
import { serverId, toolName } from '../ids.ts'
import { measureViews, openTokenizer, summarizeViews } from './index.ts'

function catalog(tools: readonly Tool[]): Catalog {
  const server = {
    id: serverId('s'),
    name: 's',
    version: '1',
    protocolVersion: '1',
    capabilities: {},
  }
  return { server, tools, skipped: [], digest: '' }
}

const tool: Tool = {
  name: toolName('create_issue'),
  description: 'Creates an issue. Needs write access.',
  inputSchema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
  digest: '',
}

test.each([
  ['letters', 'a'.repeat(300_000)],
  ['blanks', ' '.repeat(300_000)],
  ['line breaks', '\n'.repeat(300_000)],
])(
  'an endless run of %s is counted without waiting for it',
  { timeout: 10_000 },
  async (_what, text) => {
    const count = await openTokenizer()
    expect(count(text)).toBeGreaterThan(1000)
  },
)

test('every view of a tool is counted against its entry in the list', async () => {
  const [only] = await measureViews(catalog([tool]))
  const count = await openTokenizer()
  const { name, description, inputSchema } = tool
  expect(only?.listed).toBe(count(JSON.stringify({ name, description, inputSchema })))
  expect(only?.views.index).toBe(count('createIssue: Creates an issue\n'))
  expect(only?.views.compact).toBe(count('createIssue({title:string}) // Creates an issue'))
})

test('a report holds sums and medians; of no tool, nothing', async () => {
  const report = summarizeViews(await measureViews(catalog([tool])))
  expect(report.toolCount).toBe(1)
  expect(report.views.map(({ view }) => view)).toEqual(['file', 'describe', 'compact', 'index'])
  expect(report.views.every(({ ratio, medianRatio }) => ratio === medianRatio)).toBe(true)
  expect(summarizeViews([])).toMatchObject({ toolCount: 0, listed: 0 })
})
