/** The journey on five servers that others wrote and published. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { compileTree } from '../../src/execution/index.ts'
import { type Cli, newCli, node, root } from './cli.ts'

let cli: Cli
beforeAll(async () => {
  cli = await newCli()
})
afterAll(() => cli.remove())

interface Published {
  readonly id: string
  readonly words: readonly string[]
  readonly name: string
  readonly leastTools: number
}

function official(name: string, ...args: readonly string[]): readonly string[] {
  return [
    node,
    join(root, `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`),
    ...args,
  ]
}

const published: readonly Published[] = [
  {
    id: 'everything',
    words: official('everything'),
    name: 'mcp-servers/everything',
    leastTools: 10,
  },
  {
    id: 'filesystem',
    words: official('filesystem', root),
    name: 'secure-filesystem-server',
    leastTools: 11,
  },
  { id: 'memory', words: official('memory'), name: 'memory-server', leastTools: 9 },
  {
    id: 'thinking',
    words: official('sequential-thinking'),
    name: 'sequential-thinking-server',
    leastTools: 1,
  },
  {
    id: 'hostinger',
    words: [node, join(root, 'node_modules/hostinger-api-mcp/src/servers/all.js')],
    name: 'hostinger-api-mcp',
    leastTools: 51,
  },
]

describe.each(published)('$id', ({ id, words, name, leastTools }) => {
  const server = ['--name', id, '--env', 'API_TOKEN=none', '--', ...words]

  test('introspect shows name, version and capabilities from the handshake', async () => {
    const { code, out } = await cli.run(['introspect', '--json', ...server])
    const shown = JSON.parse(out)
    expect(code).toBe(0)
    expect(shown.server).toMatchObject({ id, name, version: expect.stringMatching(/^\d+\.\d+/) })
    expect(Object.keys(shown.server.capabilities)).toContain('tools')
    expect(shown.total_tools).toBeGreaterThanOrEqual(leastTools)
  })

  test('generate makes a tree that compiles strict with 0 errors, and loses no tool', async () => {
    const { code, out } = await cli.run(['generate', '--json', ...server])
    expect(code).toBe(0)
    const made = JSON.parse(out)
    expect(made.skipped).toEqual([])
    const folder = join(cli.home, '.claude/servers', id)
    const meta = JSON.parse(await readFile(join(folder, '_meta.json'), 'utf8'))
    expect(meta.tools).toHaveLength(made.tools)
    const signal = AbortSignal.timeout(60_000)
    const errors = await compileTree(folder, {
      signal,
      platform: process.platform,
      architecture: process.arch,
    })
    expect(errors).toEqual([])
  })
})
