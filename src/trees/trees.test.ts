import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { generate } from '../codegen/index.ts'
import { serverId } from '../ids.ts'
import { listTrees, maxTreeFileBytes, readTree, readTreeFile } from './index.ts'

async function makeServers(...ids: string[]): Promise<string> {
  const servers = await mkdtemp(join(tmpdir(), 'trees-'))
  for (const id of ids) {
    const meta = generate(
      {
        server: {
          id: serverId(id),
          name: id,
          version: '1',
          protocolVersion: '2025-11-25',
          capabilities: {},
        },
        tools: [],
        skipped: [],
        digest: '',
      },
      {
        generator: { name: 'mcp-execution', version: '0' },
        generatedAt: '2026-01-01T00:00:00.000Z',
        configFingerprint: '',
        mode: 'progressive',
        extras: [],
      },
    ).find(file => file.path === '_meta.json')
    await mkdir(join(servers, id))
    await writeFile(join(servers, id, '_meta.json'), meta?.text ?? '')
  }
  return servers
}

test('trees are listed by name; what is no tree is passed over', async () => {
  const servers = await makeServers('b', 'a')
  await mkdir(join(servers, 'empty'))
  await mkdir(join(servers, 'broken'))
  await writeFile(join(servers, 'broken', '_meta.json'), '{}')
  await symlink(join(servers, 'a'), join(servers, 'link'))
  const trees = await listTrees(servers)
  expect(trees.map(({ meta }) => meta.server.id)).toEqual(['a', 'b'])
  expect(await listTrees(join(servers, 'missing'))).toEqual([])
})

test('a folder without _meta.json is not found', async () => {
  const servers = await makeServers()
  await expect(readTree(servers)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a file is read up to the limit, and never from outside or through a link', async () => {
  const servers = await makeServers('a')
  const dir = join(servers, 'a')
  await writeFile(join(servers, 'secret'), 'secret')
  await writeFile(join(dir, 'fits.ts'), 'x'.repeat(maxTreeFileBytes))
  await writeFile(join(dir, 'over.ts'), 'x'.repeat(maxTreeFileBytes + 1))
  await symlink(join(servers, 'secret'), join(dir, 'link.ts'))
  expect((await readTreeFile({ dir }, 'fits.ts'))?.length).toBe(maxTreeFileBytes)
  for (const path of [
    'over.ts',
    'link.ts',
    '../secret',
    'a/../../secret',
    '',
    '/etc/passwd',
    'none.ts',
  ]) {
    expect([path, await readTreeFile({ dir }, path)]).toEqual([path, undefined])
  }
})
