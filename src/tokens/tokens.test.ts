import { describe, expect, test } from 'vitest'

import type { Catalog } from '../catalog/index.ts'
import { serverId, toolName } from '../ids.ts'
import { analyticEstimate, analyticLimit } from './analytic-model.ts'
import { openTokenizer } from './count.ts'
import { measureServer, toolListText } from './reading-paths.ts'

const catalog: Catalog = {
  server: {
    id: serverId('demo'),
    name: 'Demo',
    version: '1',
    protocolVersion: '2025-11-25',
    capabilities: {},
  },
  tools: ['add', 'sub', 'mul'].map(name => ({
    name: toolName(name),
    description: `Does ${name}`,
    inputSchema: { type: 'object', properties: { a: { type: 'number' } } },
    annotations: { readOnlyHint: true },
    digest: name,
  })),
  skipped: [],
  digest: 'd',
}

describe('the tokenizer', () => {
  test.each([
    ['', 0],
    ['hello world', 2],
    ['<|endoftext|>', 7],
  ])('%j costs %i tokens', async (text, tokens) => {
    expect((await openTokenizer())(text)).toBe(tokens)
  })
})

test('the list is what a client puts in context: name, description, inputSchema', () => {
  expect(JSON.parse(toolListText(catalog))[0]).toEqual({
    name: 'add',
    description: 'Does add',
    inputSchema: { type: 'object', properties: { a: { type: 'number' } } },
  })
})

test('each way is measured on its own texts', () => {
  const { paths } = measureServer(catalog, {
    count: text => text.length,
    files: [{ path: 'index.ts', text: 'x'.repeat(40) }],
    search: () => 'y'.repeat(30),
    program: () => 'z'.repeat(10),
  })
  const costs = Object.fromEntries(paths.map(({ path, tokens }) => [path, tokens]))
  const list = toolListText(catalog).length
  expect(costs).toMatchObject({ tool_list: list, index: 40 })
  expect(costs['index_and_one_file']).toBe(40 + (costs['one_tool_file'] ?? 0))
  expect(costs['all_tool_files']).toBe(3 * (costs['one_tool_file'] ?? 0))
  expect(costs['search_describe_execute']).toBeGreaterThan(40)
  expect(paths.find(({ path }) => path === 'index')?.saved).toBeCloseTo(1 - 40 / list)
})

test.each([
  { tools: 10, calls: 0, without: 5000, with: 2000, saved: 0.6 },
  { tools: 30, calls: 100, without: 45_000, with: 11_000, saved: 1 - 11 / 45 },
  { tools: 0, calls: 0, without: 0, with: 0, saved: 0 },
])('the older model for $tools tools and $calls calls', expected => {
  const { saved, ...rest } = analyticEstimate(expected.tools, expected.calls)
  expect({ ...rest, saved: Number(saved.toFixed(9)) }).toEqual({
    ...expected,
    saved: Number(expected.saved.toFixed(9)),
  })
})

test('the older model saves at most 83.3 %', () => {
  expect(analyticLimit).toBeCloseTo(5 / 6)
  expect(analyticEstimate(10, 1e9).saved).toBeCloseTo(analyticLimit)
})
