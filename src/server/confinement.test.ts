import { mkdir, mkdtemp, realpath, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { confine } from './confinement.ts'

async function makeRoot(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'confinement-')))
}

test.each([
  { asked: '../out', why: '".." at the start' },
  { asked: 'a/../../out', why: '".." inside' },
  { asked: 'a\\..\\..\\out', why: 'Windows separators' },
  { asked: '/etc', why: 'an absolute path' },
  { asked: 'C:\\out', why: 'a drive' },
  { asked: '\\\\host\\share', why: 'a network path' },
  { asked: '~/out', why: 'the home folder' },
  { asked: '~root', why: "somebody's home folder" },
  { asked: 'a\0b', why: 'a NUL byte' },
  { asked: '', why: 'nothing' },
  { asked: './', why: 'the root itself' },
])('$asked is refused: $why', async ({ asked }) => {
  await expect(confine(await makeRoot(), asked)).rejects.toMatchObject({ code: 'PATH_REFUSED' })
})

test('a plain path stays where it is', async () => {
  const root = await makeRoot()
  await mkdir(join(root, 'a'))
  expect(await confine(root, 'a/b/./c')).toBe(join(root, 'a', 'b', 'c'))
})

test('a link on the way is refused, wherever it points', async () => {
  const root = await makeRoot()
  await mkdir(join(root, 'inside'))
  await symlink(tmpdir(), join(root, 'out'))
  await symlink(join(root, 'inside'), join(root, 'in'))
  await symlink(join(root, 'nowhere'), join(root, 'dangling'))
  for (const asked of ['out', 'out/x', 'in/x', 'dangling/x']) {
    await expect(confine(root, asked)).rejects.toMatchObject({ code: 'PATH_REFUSED' })
  }
})

test('the root itself may be reached through a link of the user', async () => {
  const root = await makeRoot()
  await mkdir(join(root, 'real'))
  await symlink(join(root, 'real'), join(root, 'link'))
  expect(await confine(join(root, 'link'), 'server')).toBe(join(root, 'link', 'server'))
})
