/** A plugin is loaded as it was saved, or not at all. */
import {
  cp,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ErrorCode } from '../../src/errors.ts'
import { ExecutionError } from '../../src/errors.ts'
import { listPlugins, loadPlugin, removePlugin, savePlugin } from '../../src/plugins/index.ts'
import { samplePlugin } from './sample.ts'

const names = ['metadata.json', 'vfs.json', 'module.wasm', 'checksum.blake3'] as const

let root = ''
let dir = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugins-'))
  dir = join(root, 'demo')
  await savePlugin(samplePlugin('1'), root)
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('what is loaded is what was saved', async () => {
  const { metadata, files, modules, declarations } = await loadPlugin('demo', root)
  expect({ metadata, files, modules, declarations }).toEqual(samplePlugin('1'))
})

test('the checksum names each file and the whole', async () => {
  const text = await readFile(join(dir, 'checksum.blake3'), 'utf8')
  const lines = text.trimEnd().split('\n')
  expect(lines.map(line => line.replace(/[0-9a-f]{64}/, 'HEX'))).toEqual([
    'blake3:HEX  metadata.json',
    'blake3:HEX  module.wasm',
    'blake3:HEX  vfs.json',
    'blake3:HEX  *',
  ])
})

test.each(names)('one bit flipped at any byte of %s is refused', async name => {
  await savePlugin(samplePlugin('1', 1), root)
  const path = join(dir, name)
  const bytes = await readFile(path)
  const outcomes = new Map<string, number>()
  for (let offset = 0; offset < bytes.length; offset += 1) {
    const changed = Buffer.from(bytes)
    changed[offset] = (changed[offset] ?? 0) ^ (1 << (offset % 8))
    await writeFile(path, changed)
    const code = await codeOf(loadPlugin('demo', root))
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
  }
  expect([...outcomes]).toEqual([['CHECKSUM_MISMATCH', bytes.length]])
})

test.each(names)(
  '%s deleted, truncated, lengthened or replaced by a link is refused',
  async name => {
    const path = join(dir, name)
    const bytes = await readFile(path)
    const damage: Record<string, () => Promise<unknown>> = {
      deleted: () => unlink(path),
      truncated: () => writeFile(path, bytes.subarray(0, -1)),
      emptied: () => writeFile(path, ''),
      lengthened: () => writeFile(path, Buffer.concat([bytes, Buffer.from('\n')])),
      linked: async () => {
        await writeFile(join(root, 'elsewhere'), bytes)
        await unlink(path)
        await symlink(join(root, 'elsewhere'), path)
      },
    }
    for (const [how, harm] of Object.entries(damage)) {
      await harm()
      expect([how, await codeOf(loadPlugin('demo', root))]).toEqual([how, 'CHECKSUM_MISMATCH'])
      await rm(path, { force: true })
      await writeFile(path, bytes)
    }
    await loadPlugin('demo', root)
  },
)

test('a file added or renamed is refused', async () => {
  await writeFile(join(dir, 'extra.json'), '{}')
  expect(await codeOf(loadPlugin('demo', root))).toBe('CHECKSUM_MISMATCH')
  await rm(join(dir, 'extra.json'))
  await rename(join(dir, 'vfs.json'), join(dir, 'VFS.json'))
  expect(await codeOf(loadPlugin('demo', root))).toBe('CHECKSUM_MISMATCH')
})

test('two files swapped, within a plugin or between two, are refused', async () => {
  const other = join(root, 'other')
  await savePlugin(
    {
      ...samplePlugin('2'),
      metadata: {
        ...samplePlugin('2').metadata,
        server: { ...samplePlugin('2').metadata.server, id: 'other' },
      },
    },
    root,
  )
  for (const [a, b] of [
    [join(dir, 'vfs.json'), join(dir, 'metadata.json')],
    [join(dir, 'vfs.json'), join(other, 'vfs.json')],
    [join(dir, 'checksum.blake3'), join(other, 'checksum.blake3')],
  ] as const) {
    await swap(a, b)
    expect(await codeOf(loadPlugin('demo', root))).toBe('CHECKSUM_MISMATCH')
    await swap(a, b)
  }
  await loadPlugin('demo', root)
})

test('a whole plugin under the name of another is refused', async () => {
  await cp(dir, join(root, 'other'), { recursive: true })
  expect(await codeOf(loadPlugin('other', root))).toBe('CHECKSUM_MISMATCH')
})

test.each([
  { name: 'metadata.json', limit: 8 * 1024 * 1024 },
  { name: 'vfs.json', limit: 64 * 1024 * 1024 },
  { name: 'module.wasm', limit: 64 * 1024 * 1024 },
  { name: 'checksum.blake3', limit: 4096 },
])('$name may be $limit bytes, and no more', async ({ name, limit }) => {
  await truncate(join(dir, name), limit)
  const full = await messageOf(loadPlugin('demo', root))
  await truncate(join(dir, name), limit + 1)
  const over = await messageOf(loadPlugin('demo', root))
  expect([full.includes('does not match'), over.includes(' is over ')]).toEqual([true, true])
})

test('a save killed between its renames left the old plugin beside its place: it is found again', async () => {
  await rename(dir, join(root, '.demo.previous-999999999-0-aa'))
  expect((await loadPlugin('demo', root)).metadata.server.version).toBe('1')
})

test.each(['../x.ts', '/etc/passwd', 'a/../../x', 'C:\\x', 'a\0b', ''])(
  'a tree with the path %j is not saved',
  async path => {
    const sample = samplePlugin('1')
    const code = await codeOf(savePlugin({ ...sample, files: [{ path, text: '' }] }, root))
    expect(code).toBe('PATH_REFUSED')
    expect((await loadPlugin('demo', root)).metadata.server.version).toBe('1')
  },
)

test.each(['..', '../demo', '/', '.demo', 'Demo', ''])('the name %j is no plugin', async id => {
  expect(await codeOf(loadPlugin(id, root))).toBe('INVALID_ARGUMENT')
})

test('a broken plugin is listed as such, and removed like any other', async () => {
  await writeFile(join(dir, 'vfs.json'), '{}')
  const [listed] = await listPlugins(root)
  expect(listed).toMatchObject({ status: 'broken', id: 'demo' })
  await removePlugin('demo', root)
  expect(await listPlugins(root)).toEqual([])
  expect(await codeOf(removePlugin('demo', root))).toBe('NOT_FOUND')
})

async function swap(a: string, b: string): Promise<void> {
  await rename(a, join(root, 'aside'))
  await rename(b, a)
  await rename(join(root, 'aside'), b)
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | 'ok' | 'other'> {
  try {
    await work
    return 'ok'
  } catch (error) {
    return error instanceof ExecutionError ? error.code : 'other'
  }
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message : 'other'),
  )
}
