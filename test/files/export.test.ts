import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { exportTree, fileTree } from '../../src/files/index.ts'
import { faultyDisk } from './fault.ts'
import { allPaths, asSnapshot, newFiles, oldFiles, snapshot } from './trees.ts'

let base: string
let target: string
const ownedPaths = (): Promise<readonly string[]> => Promise.resolve(allPaths)

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'mcp-files-')))
  target = join(base, 'github')
})
afterEach(() => rm(base, { recursive: true, force: true }))

describe('exportTree', () => {
  test('writes every file with its mode, into folders that did not exist', async () => {
    const report = await exportTree(fileTree(oldFiles), join(base, 'deep/er/github'))
    const path = join(base, 'deep/er/github')
    expect(report).toEqual({ path, changed: true, removed: [], kept: [] })
    expect(await snapshot(path)).toEqual(asSnapshot(oldFiles))
    expect((await stat(join(path, 'a.ts'))).mode & 0o111).toBe(0o111)
    expect((await stat(join(path, 'stale.ts'))).mode & 0o111).toBe(0)
    expect(await readdir(join(base, 'deep/er'))).toEqual(['github'])
  })

  test('replaces an earlier export whole: stale files and folders are gone', async () => {
    await exportTree(fileTree([...oldFiles, { path: 'gone/x.ts', text: 'x' }]), target)
    const owned = [...allPaths, 'gone/x.ts']
    const report = await exportTree(fileTree(newFiles), target, {
      ownedPaths: () => Promise.resolve(owned),
    })
    expect(report).toEqual({
      path: target,
      changed: true,
      removed: ['gone/x.ts', 'stale.ts'],
      kept: [],
    })
    expect(await snapshot(target)).toEqual(asSnapshot(newFiles))
    expect(await readdir(base)).toEqual(['github'])
  })

  test('writes nothing where the target is already this tree', async () => {
    await exportTree(fileTree(newFiles), target)
    const before = await stat(target)
    const report = await exportTree(fileTree(newFiles), target, { ownedPaths })
    expect(report.changed).toBe(false)
    expect((await stat(target)).ino).toBe(before.ino)
  })

  test('a lost executable bit counts as a change', async () => {
    await exportTree(fileTree(newFiles.map(({ path, text }) => ({ path, text }))), target)
    const report = await exportTree(fileTree(newFiles), target, { ownedPaths })
    expect(report.changed).toBe(true)
    expect((await stat(join(target, 'a.ts'))).mode & 0o111).toBe(0o111)
  })

  test('keeps foreign files, folders and links', async () => {
    await exportTree(fileTree(oldFiles), target)
    await mkdir(join(target, 'notes/empty'), { recursive: true })
    await writeFile(join(target, 'notes/mine.md'), 'mine')
    await writeFile(join(target, '_runtime/mine.ts'), 'mine too')
    await symlink('/nowhere', join(target, 'link'))
    const report = await exportTree(fileTree(newFiles), target, { ownedPaths })
    expect(report.kept).toEqual(['_runtime/mine.ts', 'link', 'notes/mine.md'])
    expect(await snapshot(target)).toEqual({
      ...asSnapshot(newFiles),
      'notes/mine.md': 'mine',
      'notes/empty': '/',
      '_runtime/mine.ts': 'mine too',
      link: '→ /nowhere',
    })
    expect(await readdir(base)).toEqual(['github'])
  })

  test('refuses a folder that holds only foreign files, and replaces it with force', async () => {
    await mkdir(target)
    await writeFile(join(target, 'thesis.md'), 'years of work')
    await expect(exportTree(fileTree(newFiles), target)).rejects.toMatchObject({
      code: 'PATH_REFUSED',
      message: `Cannot write to "${target}": it holds files of yours ("thesis.md"); give another folder, or --force to replace it`,
    })
    expect(await snapshot(target)).toEqual({ 'thesis.md': 'years of work' })
    await exportTree(fileTree(newFiles), target, { force: true })
    expect(await snapshot(target)).toEqual(asSnapshot(newFiles))
  })

  test.each([
    ['a file', 'b.ts'],
    ['a folder in the place of a file', 'b.ts/inner'],
    ['a file in the place of a folder', '_runtime'],
  ])('refuses to overwrite %s that is foreign', async (_what, path) => {
    await exportTree(fileTree([{ path: '_meta.json', text: 'old meta' }]), target)
    await mkdir(join(target, path, '..'), { recursive: true })
    await writeFile(join(target, path), 'mine')
    const owned = { ownedPaths: () => Promise.resolve(['_meta.json']) }
    const before = await snapshot(target)
    await expect(exportTree(fileTree(newFiles), target, owned)).rejects.toMatchObject({
      code: 'PATH_REFUSED',
    })
    expect(await snapshot(target)).toEqual(before)
  })

  test('refuses a target that is a link, forced or not, and leaves what it points to', async () => {
    const elsewhere = join(base, 'elsewhere')
    await mkdir(elsewhere)
    await symlink(elsewhere, target)
    for (const force of [false, true]) {
      await expect(
        exportTree(fileTree(newFiles), target, { force, ownedPaths }),
      ).rejects.toMatchObject({
        code: 'PATH_REFUSED',
        message: `Cannot write to "${target}": it is a symbolic link; give a real folder`,
      })
    }
    expect(await snapshot(elsewhere)).toEqual({})
  })

  test('a link inside the old tree is replaced, never written through', async () => {
    const elsewhere = join(base, 'elsewhere')
    await mkdir(elsewhere)
    await mkdir(target)
    await symlink(elsewhere, join(target, '_runtime'))
    await writeFile(join(target, 'a.ts'), 'old a')
    await exportTree(fileTree(newFiles), target, { force: true })
    expect(await snapshot(elsewhere)).toEqual({})
    expect(await snapshot(target)).toEqual(asSnapshot(newFiles))
  })

  test('a target that becomes a link between check and write is refused and put back', async () => {
    await exportTree(fileTree(oldFiles), target)
    const elsewhere = join(base, 'elsewhere')
    await mkdir(elsewhere)
    const { rename } = await import('node:fs/promises')
    const swapped = faultyDisk(0, () => undefined)
    const disk = {
      ...swapped.disk,
      // The last moment before the first rename.
      rename: async (from: string, to: string) => {
        if (from === target && !to.endsWith('aside')) {
          await rename(target, `${target}-aside`)
          await symlink(elsewhere, target)
          disk.rename = rename
        }
        await rename(from, to)
      },
    } as typeof swapped.disk & { rename: typeof rename }
    await expect(
      exportTree(fileTree(newFiles), target, { ownedPaths, disk }),
    ).rejects.toMatchObject({
      code: 'PATH_REFUSED',
    })
    expect(await snapshot(elsewhere)).toEqual({})
    expect(await snapshot(`${target}-aside`)).toEqual(asSnapshot(oldFiles))
  })

  test('a file saved into the old tree while the new one is written is not lost', async () => {
    await exportTree(fileTree(oldFiles), target)
    await writeFile(join(target, 'mine.md'), 'first')
    const fs = await import('node:fs/promises')
    let previous = ''
    const disk = {
      ...fs,
      rename: async (from: string, to: string) => {
        await fs.rename(from, to)
        if (from !== target) return
        previous = to
        await fs.writeFile(join(previous, 'late.md'), 'late')
        await fs.writeFile(join(previous, 'mine.new'), 'second')
        await fs.rename(join(previous, 'mine.new'), join(previous, 'mine.md'))
      },
    } as typeof fs
    await exportTree(fileTree(newFiles), target, { ownedPaths, disk })
    expect(await snapshot(target)).toEqual({
      ...asSnapshot(newFiles),
      'late.md': 'late',
      'mine.md': 'second',
    })
  })

  test.each([
    '../x',
    'a/../../x',
    '/etc/x',
    'a//b',
    '',
    '.',
    'a/./b',
    'C:/x',
    'a\\b',
    'a\0b',
    'x'.repeat(256),
  ])('a tree with the path %j is refused', path => {
    expect(() => fileTree([{ path, text: '' }])).toThrow(
      expect.objectContaining({ code: 'PATH_REFUSED' }),
    )
  })

  test('a path of exactly 255 bytes is accepted', () => {
    expect(fileTree([{ path: 'x'.repeat(255), text: '' }]).files).toHaveLength(1)
  })

  test.each([[['a.ts', 'A.ts']], [['é.ts', 'e\u0301.ts']], [['a', 'a/b']], [['a.ts', 'a.ts']]])(
    '%j are the same file somewhere, and refused',
    paths => {
      expect(() => fileTree(paths.map(path => ({ path, text: '' })))).toThrow(
        expect.objectContaining({ code: 'PATH_REFUSED' }),
      )
    },
  )

  test('an aborted export leaves the old tree', async () => {
    await exportTree(fileTree(oldFiles), target)
    await expect(
      exportTree(fileTree(newFiles), target, {
        ownedPaths,
        signal: AbortSignal.abort(new Error('stop')),
      }),
    ).rejects.toThrow('stop')
    expect(await snapshot(target)).toEqual(asSnapshot(oldFiles))
    expect(await readdir(base)).toEqual(['github'])
  })
})
