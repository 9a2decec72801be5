/** `skill …` as a person uses it, on published servers. */
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { validate } from 'skills-ref'
import { expect, test } from 'vitest'

import { newHome, published } from './command.ts'

test.each(Object.entries(published))(
  'a skill of %s: made, listed, valid, removed',
  async (name, words) => {
    await using home = await newHome()
    const dir = join(home.home, '.claude/skills', name)

    const made = await home.json(
      'skill',
      'generate',
      '--name',
      name,
      '--hint',
      'try it',
      '--',
      ...words,
    )
    expect(made).toMatchObject({ code: 0, data: { name, output_paths: [dir], changed: true } })
    expect(await validate(dir)).toEqual([])

    const tested = await home.json('skill', 'test', name, '--strict')
    expect(tested.code).toBe(0)
    expect(tested.data).toMatchObject({ valid: true, errors: [] })

    const listed = await home.json('skill', 'list')
    expect(listed.data).toMatchObject({ total_skills: 1, skills: [{ name, kind: 'server' }] })
    const info = await home.json('skill', 'info', name)
    expect(info.data).toMatchObject({ server_id: name, skill_name: name })

    // The same server again: the same bytes, the old date kept.
    const before = await readFile(join(dir, '.metadata.json'), 'utf8')
    const again = await home.json(
      'skill',
      'generate',
      '--name',
      name,
      '--hint',
      'try it',
      '--',
      ...words,
    )
    expect(again.data).toMatchObject({ changed: false })
    expect(await readFile(join(dir, '.metadata.json'), 'utf8')).toBe(before)

    expect((await home.run('skill', 'remove', name)).code).toBe(0)
    expect(await readdir(join(home.home, '.claude/skills'))).toEqual([])
  },
)

test('a changed, a missing and an added file', async () => {
  await using home = await newHome()
  const dir = join(home.home, '.claude/skills/memory')
  await home.run('skill', 'generate', '--name', 'memory', '--', ...(published['memory'] ?? []))

  await writeFile(join(dir, 'notes.md'), 'mine')
  const added = await home.json('skill', 'test', 'memory')
  expect(added).toMatchObject({ code: 0, data: { valid: true } })
  expect(added.data['warnings']).toContainEqual({
    field: 'notes.md',
    message: 'was added: it has no checksum',
  })
  expect((await home.json('skill', 'remove', 'memory')).code).toBe(2)

  await appendFile(join(dir, 'REFERENCE.md'), ' ')
  await rm(join(dir, 'references'), { recursive: true })
  const broken = await home.json('skill', 'test', '--all')
  expect(broken.code).toBe(1)
  expect(broken.data).toMatchObject({ valid: false })
  expect(JSON.stringify(broken.data)).toContain('was changed: its checksum does not match')

  // Generating again mends ours and keeps the user's.
  await home.run('skill', 'generate', '--name', 'memory', '--', ...(published['memory'] ?? []))
  expect((await home.json('skill', 'test', 'memory')).code).toBe(0)
  expect(await readFile(join(dir, 'notes.md'), 'utf8')).toBe('mine')
  expect((await home.json('skill', 'remove', 'memory', '--force')).code).toBe(0)
})

test('targets and scopes', async () => {
  await using home = await newHome()
  const words = ['--name', 'memory', '--dry-run']
  const server = ['--', ...(published['memory'] ?? [])]
  const paths = async (...flags: string[]): Promise<unknown> =>
    (await home.json('skill', 'generate', ...words, ...flags, ...server)).data['output_paths']
  const { home: root, cwd } = home

  expect(await paths()).toEqual([join(root, '.claude/skills/memory')])
  expect(await paths('--target', 'both')).toEqual([
    join(root, '.claude/skills/memory'),
    join(root, '.agents/skills/memory'),
  ])
  expect(await paths('--target', 'agents', '--scope', 'project')).toEqual([
    join(cwd, '.agents/skills/memory'),
  ])
  expect(await paths('--dir', 'here')).toEqual([join(cwd, 'here/memory')])
  await mkdir(join(cwd, '.claude/skills'), { recursive: true })
  expect(await paths()).toEqual([join(cwd, '.claude/skills/memory')])
  expect(await paths('--scope', 'user')).toEqual([join(root, '.claude/skills/memory')])
})

test('a folder that is not ours is left alone, and a hand-written skill is tested like any other', async () => {
  await using home = await newHome()
  const dir = join(home.home, '.claude/skills/memory')
  await mkdir(dir, { recursive: true })
  await writeFile(
    join(dir, 'SKILL.md'),
    `---\nname: memory\ndescription: "Use when a memory is needed; written by hand."\n---\n\n# Memory\n\nIt remembers what it is told.\n`,
  )
  const refused = await home.json(
    'skill',
    'generate',
    '--name',
    'memory',
    '--',
    ...(published['memory'] ?? []),
  )
  expect(refused).toMatchObject({ code: 2, data: { code: 'PATH_REFUSED' } })
  expect(await home.json('skill', 'test', 'memory')).toMatchObject({
    code: 0,
    data: { valid: true },
  })
  expect((await home.json('skill', 'remove', 'memory')).code).toBe(2)
})

test.each(['nothing', '../x', '', 'a/b'])('the skill %j is not found', async name => {
  await using home = await newHome()
  expect(await home.json('skill', 'info', name)).toMatchObject({
    code: 2,
    data: { code: 'NOT_FOUND' },
  })
})
