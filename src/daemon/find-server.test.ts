import { mkdtemp, readFile, rm } from 'node:fs/promises'
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
