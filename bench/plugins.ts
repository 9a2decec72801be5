/**
 * `npm run bench:plugins`: a plugin saved, loaded, checked and verified beside the published reference figures, and its
 * load beside what it replaces: asking the server again and generating. Medians of one run; ratios are what to read.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { build } from '../scripts/build.ts'
import { type Catalog, introspect } from '../src/catalog/index.ts'
import { connect } from '../src/client/index.ts'
import { sandboxModules } from '../src/codegen/index.ts'
import { blake3 } from '../src/digest.ts'
import { metaOf, treeFor } from '../src/execution/generation-tree.ts'
import { pluginSource } from '../src/execution/index.ts'
import { serverId } from '../src/ids.ts'
import { loadPlugin, type PluginSource, savePlugin, verifyPlugin } from '../src/plugins/index.ts'
import { openQuickJsEngine, profiles, stripTypes } from '../src/sandbox/index.ts'

const modulesDir = join(process.cwd(), 'node_modules')
const servers: Readonly<Record<string, string>> = {
  everything: '@modelcontextprotocol/server-everything/dist/index.js',
  hostinger: 'hostinger-api-mcp/src/servers/all.js',
}
const reference = { save: 2.3, load: 1.8, checksum: 0.6, verify: 0.9 } as const

await build()
const root = await mkdtemp(join(tmpdir(), 'bench-plugins-'))
for (const [id, entry] of Object.entries(servers)) await measure(id, join(modulesDir, entry))
await rm(root, { recursive: true, force: true })

async function measure(id: string, entry: string): Promise<void> {
  const again = await medianOf(5, () => ask(id, entry))
  const catalog = await ask(id, entry)
  const planned = await plan(catalog)
  const source = pluginSource(planned)
  const { totalBytes } = await savePlugin(source, root)
  const bytes = Buffer.alloc(totalBytes, 7)
  const loaded = await loadPlugin(id, root)
  let turn = 0
  const save = await medianOf(30, () => savePlugin(dated(source, (turn += 1)), root))
  await savePlugin(source, root)
  const load = await medianOf(100, () => loadPlugin(id, root))
  const verify = await medianOf(100, () => verifyPlugin(id, root))
  const checksum = await medianOf(100, () => blake3(bytes))
  const prepare = await medianOf(20, () => prepareAll(catalog))
  const render = await medianOf(20, () => plan(catalog))

  console.log(`\n${id}: ${catalog.tools.length} tools, ${Math.round(totalBytes / 1024)} KiB`)
  line('save, fsynced', save, `reference ${reference.save} ms`)
  line('load, verified', load, `reference ${reference.load} ms`)
  line('verify', verify, `reference ${reference.verify} ms`)
  line('checksum of the bytes', checksum, `reference ${reference.checksum} ms`)
  line('introspect + generate', again + render, `${((again + render) / load).toFixed(0)}× load`)
  line('prepare the modules', prepare, `${(prepare / load).toFixed(1)}× load`)
  await firstRuns(id, catalog, loaded.modules)
}

function host(): Promise<string> {
  return Promise.resolve('null')
}

/** A program that imports the server, in a worker that has not seen its modules. */
async function firstRuns(
  id: string,
  catalog: Catalog,
  prepared: ReadonlyMap<string, string>,
): Promise<void> {
  const program = `import * as tools from '${id}'\nexport default Object.keys(tools).length`
  const run = async (modules: ReadonlyMap<string, string>): Promise<number> => {
    await using engine = await openQuickJsEngine({ workers: 1 })
    await engine.run('export default 1', { limits: profiles.moderate, host })
    return await timed(() => engine.run(program, { limits: profiles.moderate, host, modules }))
  }
  const tree = await medianOf(7, async () => run(sandboxModules(catalog)), 'value')
  const plugin = await medianOf(7, async () => run(prepared), 'value')
  line('first import, from the tree', tree, '')
  line('first import, from the plugin', plugin, `${(tree / plugin).toFixed(1)}× faster`)
}

async function ask(id: string, entry: string): Promise<Catalog> {
  const target = { type: 'stdio', command: process.execPath, args: [entry], env: {} } as const
  const spec = { id: serverId(id), name: id, target, settings: {} }
  const env = { PATH: process.env['PATH'], API_TOKEN: 'none', APITOKEN: 'none' }
  await using connection = await connect(spec, { env })
  return await introspect(connection, { id: serverId(id) })
}

type Made = Parameters<typeof pluginSource>[0]

async function plan(catalog: Catalog): Promise<Made> {
  const wishes = { mode: 'progressive', configFingerprint: 'bench', now: () => 0 } as const
  const tree = await treeFor(catalog, undefined, wishes)
  return { catalog, tree, meta: metaOf(tree) }
}

function prepareAll(catalog: Catalog): Promise<number> {
  let length = 0
  for (const text of sandboxModules(catalog).values()) {
    length += stripTypes(text.replace(/^#!.*/, '')).code.length
  }
  return Promise.resolve(length)
}

function dated(source: PluginSource, turn: number): PluginSource {
  const generated_at = new Date(turn * 1000).toISOString()
  return { ...source, metadata: { ...source.metadata, generated_at } }
}

async function medianOf(
  rounds: number,
  work: () => Promise<unknown>,
  kind: 'time' | 'value' = 'time',
): Promise<number> {
  const found: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    found.push(kind === 'time' ? await timed(work) : Number(await work()))
  }
  return found.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function line(what: string, ms: number, note: string): void {
  console.log(`  ${what.padEnd(30)} ${ms.toFixed(2).padStart(9)} ms  ${note}`)
}
