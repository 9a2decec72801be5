/** `plugin …` and `generate --save-plugin` as a person uses them, and a plugin's modules inside the sandbox. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { loadPlugin, savePlugin } from '../../src/plugins/index.ts'
import { type Home, newHome, published } from '../skills/command.ts'

const words = ['--name', 'everything', '--', ...(published['everything'] ?? [])]
const program = `import { echo } from 'everything'\nexport default await echo({ message: 'hello' })`

async function treeOf(home: Home): Promise<Record<string, string>> {
  const dir = join(home.home, '.claude/servers/everything')
  const paths = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = paths
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map(async file => [file, await readFile(file, 'utf8')]))
  return Object.fromEntries(texts) as Record<string, string>
}

test('a tree saved as a plugin comes back byte for byte, without the server', async () => {
  await using home = await newHome()
  const made = await home.json('generate', '--save-plugin', ...words)
  expect(made.code).toBe(0)
  const before = await treeOf(home)
  await rm(join(home.home, '.claude/servers'), { recursive: true })

  const loaded = await home.json('plugin', 'load', 'everything')
  expect(loaded).toMatchObject({ code: 0, data: { server_id: 'everything', changed: true } })
  expect(await treeOf(home)).toEqual(before)
})

test('saved, listed, verified, tampered with, refused, removed', async () => {
  await using home = await newHome()
  const folder = ['--plugin-dir', 'plugins']
  expect((await home.json('plugin', 'save', ...folder, ...words)).code).toBe(0)
  expect((await home.json('plugin', 'list', ...folder)).data).toMatchObject({
    total_plugins: 1,
    plugins: [{ server_id: 'everything', status: 'ok', tools: 14 }],
  })
  expect((await home.json('plugin', 'info', 'everything', ...folder)).data).toMatchObject({
    format_version: 1,
    server: { id: 'everything' },
  })
  expect((await home.json('plugin', 'verify', ...folder)).code).toBe(0)

  const vfs = join(home.cwd, 'plugins/everything/vfs.json')
  await writeFile(vfs, (await readFile(vfs, 'utf8')).replace('echo', 'ekho'))
  expect(await home.json('plugin', 'verify', ...folder)).toMatchObject({
    code: 2,
    data: { valid: false, plugins: [{ status: 'broken' }] },
  })
  expect(await home.json('plugin', 'load', 'everything', ...folder)).toMatchObject({
    code: 2,
    data: { code: 'CHECKSUM_MISMATCH' },
  })
  expect((await home.json('plugin', 'remove', 'everything', ...folder)).code).toBe(0)
  expect(await home.json('plugin', 'info', 'everything', ...folder)).toMatchObject({
    code: 2,
    data: { code: 'NOT_FOUND' },
  })
})

test('programs import a plugin’s prepared modules, and the tree’s where the plugin is damaged', async () => {
  await using home = await newHome()
  await home.json('generate', '--save-plugin', ...words)
  await writeFile(join(home.cwd, 'program.ts'), program)
  const run = async (): Promise<unknown> => (await home.json('execute', 'program.ts')).data['value']
  expect(await run()).toBe('Echo: hello')

  // A module that only the plugin has shows which one was run.
  const dir = join(home.home, 'data/mcp-execution/plugins')
  const plugin = await loadPlugin('everything', dir)
  const modules = new Map(
    [...plugin.modules].map(([path, text]) => [path, text.replace('callTool(', '"prepared" ?? (')]),
  )
  const { metadata, files, declarations } = plugin
  await savePlugin({ metadata, files, declarations, modules }, dir)
  expect(await run()).toBe('prepared')

  await writeFile(join(dir, 'everything/checksum.blake3'), 'blake3:0')
  expect(await run()).toBe('Echo: hello')
})

test('module.wasm is a module the WebAssembly engine runs', async () => {
  await using home = await newHome()
  await home.json('plugin', 'save', ...words)
  const bytes = await readFile(join(home.home, 'data/mcp-execution/plugins/everything/module.wasm'))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {})
  const { main, prepared, prepared_length: length, memory } = instance.exports
  if (typeof main !== 'function' || typeof prepared !== 'function') throw new Error('no function')
  if (typeof length !== 'function' || !(memory instanceof WebAssembly.Memory)) throw new Error('no')
  expect(main()).toBe(14)
  const text = Buffer.from(memory.buffer)
    .subarray(prepared(), prepared() + length())
    .toString()
  expect(JSON.parse(text)).toMatchObject({ format: 1, server: 'everything', toolCount: 14 })
})

test.each(['--check', '--dry-run', '--all'])(
  '--save-plugin and %s exclude each other',
  async flag => {
    await using home = await newHome()
    const server = flag === '--all' ? [] : words
    expect((await home.json('generate', '--save-plugin', flag, ...server)).code).toBe(2)
  },
)
