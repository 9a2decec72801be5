import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { adHocServer, findPlaces, recordOf } from '../config/index.ts'
import { serverFinder } from './find-server.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mcp-execution-find-'))
})

afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

test('a server given again with another literal value is kept with the new one', async () => {
  const places = findPlaces({ env: {}, home, tmpdir: tmpdir(), platform: 'linux' })
  const world = { env: {}, cwd: home, places, platform: 'linux' as const }
  const finder = serverFinder({ places, platform: 'linux' })
  for (const token of ['one', 'two']) {
    const entry = adHocServer({ command: ['server-x'], env: [`TOKEN=${token}`] }, { cwd: home })
    // oxlint-disable-next-line no-await-in-loop -- the second replaces the first
    await finder.find({ record: recordOf(entry, world) }, { cwd: home, env: {} })
  }
  const kept: unknown = JSON.parse(
    await readFile(join(places.stateDir, 'servers', 'server-x.json'), 'utf8'),
  )
  expect(kept).toMatchObject({ id: 'server-x', entry: { env: { TOKEN: 'two' } } })
})

test('a server found for a caller that has a variable unset is not taken for one who has not told it', async () => {
  const places = findPlaces({ env: {}, home, tmpdir: tmpdir(), platform: 'linux' })
  const config = { mcpServers: { x: { command: 'server-x', env: { TOKEN: '${TOKEN:-none}' } } } }
  await writeFile(join(home, '.claude.json'), JSON.stringify(config))
  const finder = serverFinder({ places, platform: 'linux' })
  const ref = { name: 'x' }
  // The first time it is also remembered on disk, which is a change of what it was found by.
  await finder.find(ref, { cwd: home, env: {} })
  const first = await finder.find(ref, { cwd: home, env: {} })
  expect(first.target).toMatchObject({ env: { TOKEN: 'none' } })

  // As a daemon's session does: all that is looked at is told sooner or later.
  const asked = new Set<string>()
  const ask = (env: Record<string, string>): Record<string, string> =>
    new Proxy(env, { get: (target, name) => (asked.add(String(name)), target[String(name)]) })
  const env = { TOKEN: 'mine' }
  expect(finder.known(ref, { cwd: home, known: {} })).toBeUndefined()
  const mine = await finder.find(ref, { cwd: home, env: ask(env), known: {} })
  expect(mine.target).toMatchObject({ env: { TOKEN: 'mine' } })

  const told = Object.fromEntries([...asked].map(name => [name, Object(env)[name]]))
  expect(finder.known(ref, { cwd: home, known: told })).toBe(mine)
  const unset = { ...told, TOKEN: undefined }
  expect(finder.known(ref, { cwd: home, known: unset })).toBe(first)
  expect(finder.known(ref, { cwd: '/', known: told })).toBeUndefined()
})
