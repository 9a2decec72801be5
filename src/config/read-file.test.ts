import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { maxConfigBytes, nodeFiles } from './read-file.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-execution-read-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function read(content: string | Uint8Array): Promise<unknown> {
  const path = join(folder, 'file')
  await writeFile(path, content)
  return await nodeFiles.read(path)
}

describe('a text file', () => {
  test.each([
    { content: 'héllo', text: 'héllo', encoding: 'utf-8' },
    { content: '\uFEFFx', text: 'x', encoding: 'utf-8-bom' },
    { content: Buffer.from('\uFEFFx', 'utf16le'), text: 'x', encoding: 'utf-16le' },
    { content: '', text: '', encoding: 'utf-8' },
  ])('$encoding $text', async ({ content, text, encoding }) => {
    expect(await read(content)).toEqual({ status: 'text', text, encoding })
  })

  test('what is no text is refused', async () => {
    expect(await read(Uint8Array.of(0x61, 0xff))).toEqual({
      status: 'refused',
      reason: 'it is not UTF-8 text',
    })
  })

  test('16 MiB is read, one byte more is not', async () => {
    const path = join(folder, 'large')
    await writeFile(path, '')
    await truncate(path, maxConfigBytes)
    const at = await nodeFiles.read(path)
    expect(at.status).toBe('text')
    await truncate(path, maxConfigBytes + 1)
    expect(await nodeFiles.read(path)).toEqual({
      status: 'refused',
      reason: 'it is larger than 16 MiB',
    })
  })
})

describe('what is no file', () => {
  const refused = { status: 'refused', reason: 'it is not a regular file' }

  test('a folder', async () => {
    await mkdir(join(folder, 'dir'))
    expect(await nodeFiles.read(join(folder, 'dir'))).toEqual(refused)
  })

  test.skipIf(process.platform === 'win32')('a FIFO nobody writes to, at once', async () => {
    const path = join(folder, 'fifo')
    await promisify(execFile)('mkfifo', [path])
    expect(await nodeFiles.read(path)).toEqual(refused)
  })

  test.skipIf(process.platform === 'win32')('a device without end', async () => {
    expect(await nodeFiles.read('/dev/zero')).toEqual(refused)
  })

  test('an absent one, also below a file', async () => {
    await writeFile(join(folder, 'plain'), '')
    expect(await nodeFiles.read(join(folder, 'none'))).toEqual({ status: 'absent' })
    expect(await nodeFiles.read(join(folder, 'plain', 'x'))).toEqual({ status: 'absent' })
  })
})
