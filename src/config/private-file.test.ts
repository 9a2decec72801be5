import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { writePrivateFile } from './private-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-execution-private-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('a file is its owner’s alone, and so is the folder made for it', async () => {
  const path = join(folder, 'state', 'file')
  await writePrivateFile(path, 'one')
  await writePrivateFile(path, 'two')
  expect(await readFile(path, 'utf8')).toBe('two')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(folder, 'state'))).toEqual(['file'])
})

test('many writers at once leave one whole text and nothing else', async () => {
  const path = join(folder, 'file')
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000))
  await Promise.all(texts.map(text => writePrivateFile(path, text)))
  expect(texts).toContain(await readFile(path, 'utf8'))
  expect(await readdir(folder)).toEqual(['file'])
})

test('what cannot be written is named, with what would help', async () => {
  await writeFile(join(folder, 'plain'), '')
  const below = join(folder, 'plain', 'file')
  await expect(writePrivateFile(below, '')).rejects.toMatchObject({
    code: 'IO',
    message: `Cannot write ${JSON.stringify(below)}: a file stands where a folder should; move it away`,
  })
  const long = join(folder, 'x'.repeat(300))
  await expect(writePrivateFile(long, '')).rejects.toMatchObject({
    code: 'IO',
    message: `Cannot write ${JSON.stringify(long)}: its path is too long; choose another home or state folder`,
  })
})
