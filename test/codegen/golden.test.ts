/** Whole trees, byte for byte: a change of a generated file is seen in review. `UPDATE_GOLDEN=1` writes them anew. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { generate, type ToolLabels } from '../../src/codegen/index.ts'
import { runtimeFiles } from '../../src/runtime/index.ts'
import { type Listed, toCatalog } from './corpus.ts'
import { typeErrors } from './type-check.ts'

const folder = fileURLToPath(new URL('golden', import.meta.url))

const issues: Listed = {
  name: 'issues',
  serverInfo: { name: 'Issue Tracker', version: '2.1.0' },
  tools: [
    {
      name: 'create_issue',
      description: 'Create a new issue.\n\nNeeds write access to the repository.',
      inputSchema: {
        type: 'object',
        properties: {
          owner: { type: 'string', description: 'Repository owner' },
          repo: { type: 'string' },
          title: { type: 'string', minLength: 1, maxLength: 256 },
          labels: { type: 'array', items: { type: 'string' }, description: 'Labels to set' },
          state: { enum: ['open', 'closed'], default: 'open' },
          'due-on': { type: ['string', 'null'], format: 'date' },
          assignee: {
            anyOf: [{ type: 'integer' }, { type: 'string' }],
            description: 'Id or login',
          },
        },
        required: ['owner', 'repo', 'title'],
        additionalProperties: false,
      },
      outputSchema: {
        type: 'object',
        properties: { number: { type: 'integer' }, url: { type: 'string', format: 'uri' } },
        required: ['number', 'url'],
      },
      annotations: { destructiveHint: false },
    },
    {
      name: 'list-labels',
      description: 'List labels',
      inputSchema: { type: 'object', properties: {} },
    },
    {
      name: 'Find_Tree',
      title: 'Finds a tree of issues',
      inputSchema: {
        type: 'object',
        properties: {
          root: { $ref: '#/$defs/Node' },
          by: { oneOf: [{ const: 'id', description: 'the number' }, { const: 'key' }] },
        },
        oneOf: [{ required: ['root'] }, { required: ['by'] }],
        $defs: {
          Node: {
            type: 'object',
            description: 'An issue and what hangs on it',
            properties: {
              id: { type: 'integer' },
              children: { type: 'array', items: { $ref: '#/$defs/Node' } },
            },
            required: ['id'],
          },
        },
      },
    },
  ],
}

const odd: Listed = {
  name: 'Odd Ones',
  serverInfo: { name: 'Odd */ Ones', version: '0.0.1' },
  tools: [
    { name: 'at', inputSchema: true },
    { name: 'delete', description: 'Deletes `**/*.ext` */ and ${more}', inputSchema: true },
    {
      name: 'get-user',
      inputSchema: {
        type: 'object',
        properties: { __proto: { const: '\u202E' }, 'a"b': { type: 'number' } },
      },
    },
    { name: 'get_user', inputSchema: { type: 'object', additionalProperties: { type: 'number' } } },
    {
      name: '天気',
      description: '天気を調べる。',
      inputSchema: { type: 'object', properties: { 都市: { type: 'string' } } },
    },
  ],
}

const labels: ToolLabels = new Map([
  [
    'create_issue',
    { category: 'Issues', keywords: ['bug', 'ticket'], shortDescription: 'Open an issue' },
  ],
  ['Find_Tree', { category: 'Issues' }],
])

describe.each([
  { listed: issues, mode: 'progressive' as const, labels },
  { listed: odd, mode: 'sandbox' as const, labels: new Map() },
])('$listed.name', ({ listed, mode, labels: given }) => {
  const catalog = toCatalog(listed)
  const root = join(folder, catalog.server.id)
  const options = {
    generator: { name: 'mcp-execution', version: '0.0.0' },
    generatedAt: '2026-01-01T00:00:00.000Z',
    configFingerprint: 'sha256:0',
    mode,
    labels: given,
  }
  const files = generate(catalog, { ...options, extras: [] })
  if (process.env['UPDATE_GOLDEN'] === '1') write(root, files)

  test('is the tree in the repository', () => {
    const kept = readdirSync(root, { recursive: true, withFileTypes: true }).filter(entry =>
      entry.isFile(),
    )
    expect(kept).toHaveLength(files.length)
    const texts = files.map(({ path }) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    expect(texts).toEqual(files.map(({ path, text }) => ({ path, text })))
  })

  test('type-checks with the real runtime', { timeout: 60_000 }, () => {
    const whole = join(
      fileURLToPath(new URL('../../.cache/golden', import.meta.url)),
      catalog.server.id,
    )
    write(whole, generate(catalog, { ...options, extras: runtimeFiles() }))
    expect(typeErrors(whole)).toEqual([])
  })
})

function write(
  root: string,
  files: readonly { readonly path: string; readonly text: string }[],
): void {
  rmSync(root, { recursive: true, force: true })
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
