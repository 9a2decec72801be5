/** kill -9 while a plugin is being saved: whoever looks finds a whole plugin, old or new, and nothing else. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { listPlugins, loadPlugin, savePlugin } from '../../src/plugins/index.ts'
import { samplePlugin } from './sample.ts'

const kills = 50
let root = ''
let script = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugins-kill-'))
  script = join(root, 'saving-process.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('saving-process.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
  })
})
afterAll(() => rm(root, { recursive: true, force: true }))

test(`${kills} kills at random moments`, async () => {
  const pluginsDir = join(root, 'plugins')
  const startedAt = performance.now()
  await savePlugin(samplePlugin('odd', 20), pluginsDir)
  // Long enough for a save or two on this machine, as busy as it is.
  const spreadMs = Math.max(60, 4 * (performance.now() - startedAt))
  const versions = new Set<string>()
  // On a machine that got busier meanwhile, until a save was fast enough to be seen.
  for (let kill = 0; kill < kills || versions.size < 2; kill += 1) {
    const child = spawn(process.execPath, [script, pluginsDir, String(kill)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    // The moment is what is random here, not what is waited for.
    await wait(Math.random() * spreadMs * Math.max(1, kill / kills))
    child.kill('SIGKILL')
    await once(child, 'exit')

    const { metadata, files, modules, declarations } = await loadPlugin('demo', pluginsDir)
    const { version } = metadata.server
    versions.add(version)
    expect({ metadata, files, modules, declarations }).toEqual(samplePlugin(version, 20))
    const listed = await listPlugins(pluginsDir)
    expect(listed.map(({ status }) => status)).toEqual(['ok'])
  }
  expect([...versions].toSorted()).toEqual(['even', 'odd'])

  await savePlugin(samplePlugin('last'), pluginsDir)
  expect(await readdir(pluginsDir)).toEqual(['demo'])
}, 120_000)
