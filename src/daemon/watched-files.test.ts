import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { lookEveryMs, watchFiles } from './watched-files.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-execution-watch-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('a change is seen as soon as the last look is as old as it may be, and not before', async () => {
  let now = 1000
  const file = join(folder, 'config.json')
  await writeFile(file, 'one')
  const watched = watchFiles([], () => now)
  await watched.files.read(file)
  expect(watched.unchanged()).toBe(true)
  await writeFile(file, 'another')
  now += lookEveryMs - 1
  expect(watched.unchanged()).toBe(true)
  now += 1
  expect(watched.unchanged()).toBe(false)
})

test('what has changed stays changed, without a rest between looks', async () => {
  const file = join(folder, 'absent.json')
  const watched = watchFiles([file], () => 1000)
  await writeFile(file, 'there now')
  expect(watched.unchanged()).toBe(false)
  expect(watched.unchanged()).toBe(false)
})
