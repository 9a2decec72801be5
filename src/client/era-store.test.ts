import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { eraStore } from './era-store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eras-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const modern = { era: 'modern', transport: 'http' } as const
const legacy = { era: 'legacy', transport: 'stdio' } as const

test('a verdict is kept for the next process, and replaced by a newer one', async () => {
  const file = join(folder, 'cache', 'eras.json')
  expect(await eraStore(file).get('a')).toBe(undefined)
  await eraStore(file).set('a', modern)
  await eraStore(file).set('b', legacy)
  expect(await eraStore(file).get('a')).toEqual(modern)
  await eraStore(file).set('a', legacy)
  expect(await eraStore(file).get('a')).toEqual(legacy)
  expect(await readdir(join(folder, 'cache'))).toEqual(['eras.json'])
})

test('the oldest of more than 1000 verdicts are forgotten', async () => {
  const file = join(folder, 'eras.json')
  const many = Array.from({ length: 1000 }, (_, n) => [`k${n}`, legacy])
  await writeFile(file, JSON.stringify(Object.fromEntries(many)))
  const store = eraStore(file)
  expect(await store.get('k0')).toEqual(legacy)
  await store.set('one more', modern)
  expect(await store.get('k0')).toBe(undefined)
  expect(await store.get('k1')).toEqual(legacy)
})

test.each(['', '{', '[]', 'null', '{"a":{"era":"stone","transport":"http"}}', '{"a":7}'])(
  'what is no verdict counts as none: %s',
  async content => {
    const file = join(folder, 'eras.json')
    await writeFile(file, content)
    expect(await eraStore(file).get('a')).toBe(undefined)
    await eraStore(file).set('b', modern)
    expect(await eraStore(file).get('b')).toEqual(modern)
  },
)
