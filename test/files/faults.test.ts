import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { build } from 'esbuild'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { ExecutionError } from '../../src/errors.ts'
import { exportTree, fileTree } from '../../src/files/index.ts'
import { faultyDisk, systemError } from './fault.ts'
import { allPaths, asSnapshot, newFiles, oldFiles, snapshot } from './trees.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const exportOnce = join(root, '.cache/files/export-once.mjs')
const ownedPaths = (): Promise<readonly string[]> => Promise.resolve(allPaths)
const expectations = {
  old: { ...asSnapshot(oldFiles), 'mine.md': 'mine' },
  new: { ...asSnapshot(newFiles), 'mine.md': 'mine' },
}
let base: string

beforeAll(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/files/export-once.ts'],
    outfile: exportOnce,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  })
})
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'mcp-files-')))
})
afterEach(() => rm(base, { recursive: true, force: true }))

/** An old tree with a foreign file in it, in a folder of its own. */
async function oldTree(name: string): Promise<string> {
  const target = join(base, name, 'github')
  await exportTree(fileTree(oldFiles), target)
  await writeFile(join(target, 'mine.md'), 'mine')
  return target
}

async function state(target: string): Promise<'old' | 'new' | 'none' | 'mixed'> {
  const seen = await snapshot(target)
  if (seen === '(none)') return 'none'
  const text = JSON.stringify(sorted(seen))
  if (text === JSON.stringify(sorted(expectations.old))) return 'old'
  return text === JSON.stringify(sorted(expectations.new)) ? 'new' : 'mixed'
}

function sorted(tree: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(tree).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

describe('when the n-th file system call fails', () => {
  test.each(['ENOSPC', 'EACCES', 'EROFS', 'EMFILE', 'ENAMETOOLONG', 'EIO'])(
    '%s leaves the old tree, or the whole new one, and nothing beside it',
    async code => {
      const wrong: string[] = []
      let nth = 0
      let hit: string | undefined = ''
      while (hit !== undefined) {
        nth += 1
        const target = await oldTree(String(nth))
        const faulty = faultyDisk(nth, () => {
          throw systemError(code)
        })
        const error = await failureOf(
          exportTree(fileTree(newFiles), target, { ownedPaths, disk: faulty.disk }),
        )
        hit = faulty.hit()
        const result = `${error} ${await state(target)} ${(await readdir(join(target, '..'))).join()}`
        const isRight = ['IO old github', 'none new github'].includes(result)
        if (!isRight) wrong.push(`${nth} ${hit}: ${result}`)
      }
      expect(wrong).toEqual([])
      expect(nth).toBeGreaterThan(30)
    },
    60_000,
  )
})

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    return ExecutionError.is(error) ? error.code : 'untyped'
  }
}

test('killed at any file system call: the old tree or the new one stands after the next run, and nothing beside it', async () => {
  const wrong: string[] = []
  const seen = new Set<string>()
  let killed = true
  for (let nth = 1; killed; nth++) {
    const target = await oldTree(String(nth))
    killed = await run(process.execPath, [exportOnce, target, String(nth)]).then(
      () => false,
      () => true,
    )
    const after = await state(target)
    seen.add(after)
    if (after === 'mixed') wrong.push(`${nth}: mixed`)
    // An export that is refused has still cleaned up after the killed one.
    const inTheWay = fileTree([...newFiles, { path: 'mine.md', text: '' }])
    await failureOf(exportTree(inTheWay, target, { ownedPaths }))
    const recovered = await state(target)
    const beside = (await readdir(join(target, '..'))).join()
    const isWhole = after === 'none' ? recovered === 'old' : recovered === after
    const outcome = `${nth}: ${after}, then ${recovered}, beside ${beside}`
    if (!isWhole || beside !== 'github') wrong.push(outcome)
  }
  expect(wrong).toEqual([])
  expect([...seen].toSorted()).toEqual(['new', 'none', 'old'])
}, 120_000)

test('twenty processes at once leave one whole tree, and nothing beside it', async () => {
  const target = join(base, 'github')
  const marks = Array.from({ length: 20 }, (_, index) => `writer${index}`)
  await Promise.all(marks.map(mark => run(process.execPath, [exportOnce, target, '0', mark])))
  const tree = await snapshot(target)
  const writers = new Set(Object.values(tree).map(text => text.split(' ')[0]))
  expect(Object.keys(tree).toSorted()).toEqual(newFiles.map(({ path }) => path).toSorted())
  expect(writers.size).toBe(1)
  expect(await readdir(base)).toEqual(['github'])
}, 60_000)

test('the lock of a killed process is taken over at once, one of a running process is waited for', async () => {
  const target = join(base, 'github')
  const { hostname } = await import('node:os')
  // No process has this id: it is over the largest one Linux gives.
  await writeFile(join(base, '.github.lock'), `${hostname()} 4194999-1 abc`)
  await exportTree(fileTree(newFiles), target)
  expect(await snapshot(target)).toEqual(asSnapshot(newFiles))

  const { ownerTag } = await import('../../src/files/owner.ts')
  await writeFile(join(base, '.github.lock'), `${hostname()} ${await ownerTag()} abc`)
  const waiting = exportTree(fileTree(oldFiles), target, { ownedPaths })
  const first = await Promise.race([waiting.then(() => 'exported'), snapshotUntilPolled(target)])
  expect(first).toBe('still new')
  await rm(join(base, '.github.lock'))
  expect((await waiting).changed).toBe(true)
})

/** Long enough for an export that did not wait to have finished: the old one took a few milliseconds. */
async function snapshotUntilPolled(target: string): Promise<string> {
  for (let look = 0; look < 200; look++) {
    const tree = await snapshot(target)
    if (JSON.stringify(tree) !== JSON.stringify(await snapshot(target))) return 'changed'
  }
  return 'still new'
}

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts()

function mounts(): boolean {
  const probe = join(tmpdir(), `mcp-mount-${process.pid}`)
  try {
    execFileSync(
      'sh',
      [
        '-c',
        `mkdir ${probe} && mount -t tmpfs -o size=64k none ${probe} && umount ${probe}; e=$?; rmdir ${probe}; exit $e`,
      ],
      { stdio: 'ignore' },
    )
    return true
  } catch {
    return false
  }
}

describe.skipIf(!canMount)('on a real full disk (needs root and mount)', () => {
  test('the old tree stays, the error says the disk is full, and nothing is left beside it', async () => {
    const disk = join(base, 'small')
    await mkdir(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'none', disk])
    try {
      const target = join(disk, 'github')
      await exportTree(fileTree(oldFiles), target)
      const big = Array.from({ length: 8 }, (_, index) => ({
        path: `${index}.ts`,
        text: 'x'.repeat(16_000),
      }))
      await expect(exportTree(fileTree(big), target, { ownedPaths })).rejects.toMatchObject({
        code: 'IO',
        message: `Cannot write to "${target}": the disk is full; free some space`,
      })
      expect(await snapshot(target)).toEqual(asSnapshot(oldFiles))
      expect(await readdir(disk)).toEqual(['github'])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

const canDropRights = process.platform === 'linux' && process.getuid?.() === 0 && hasSetpriv()

function hasSetpriv(): boolean {
  try {
    execFileSync('setpriv', ['--reuid=65534', '--clear-groups', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!canDropRights)('without the right to write (needs root and setpriv)', () => {
  test('the old tree stays and the error says permission denied', async () => {
    const target = await oldTree('denied')
    const bundle = join(base, 'export-once.mjs')
    const { copyFile } = await import('node:fs/promises')
    await copyFile(exportOnce, bundle)
    await chmod(base, 0o755)
    await expect(
      run('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, bundle, target]),
    ).rejects.toMatchObject({ stderr: expect.stringContaining('IO ') })
    expect(await state(target)).toBe('old')
    expect(await readdir(join(target, '..'))).toEqual(['github'])
  })
})
