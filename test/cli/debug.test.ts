/** `debug modules`: what runs are made of, as it stands on this machine. */
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type Cli, newCli, testServer } from './cli.ts'

let cli: Cli
beforeEach(async () => {
  cli = await newCli()
})
afterEach(() => cli.remove())

async function ok(...args: string[]): Promise<string> {
  const { code, out, err } = await cli.run(args)
  if (code !== 0) throw new Error(err)
  return out
}

test('on a new machine, every built part is there and nothing else', async () => {
  const { files, prepared, programs, cache } = JSON.parse(await ok('debug', 'modules', '--json'))
  expect(files.length).toBeGreaterThan(2)
  expect(files.filter(({ present }: { present: boolean }) => !present)).toEqual([])
  expect({ prepared, programs, cache }).toEqual({
    prepared: [],
    programs: [],
    cache: { hits: 0, misses: 0 },
  })
})

test('lists what plugins hold ready, saved programs, and what the module cache did', async () => {
  await writeFile(
    join(cli.home, 'shout.ts'),
    '/** Text in capitals. */\nexport const shout = (text: string): string => text.toUpperCase()\n',
  )
  await ok('skill', 'save', 'shout.ts')
  await ok('generate', '--name', 'echo', '--save-plugin', '--', ...testServer('echo'))
  await writeFile(join(cli.home, 'one.ts'), 'export default 1')
  await ok('execute', 'one.ts')
  const asked = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await ok('debug', 'modules', '--json'))
  expect(await asked()).toMatchObject({
    prepared: [
      { server: 'echo', whole: true, state: expect.stringMatching(/^1 tools? ready, \d/) },
    ],
    programs: [{ module: 'skills/shout', exports: ['shout'], tools: [] }],
    cache: { hits: 0, misses: 1 },
  })
  const plugins = join(cli.env['XDG_DATA_HOME'] ?? '', 'mcp-execution/plugins')
  await truncate(join(plugins, 'echo/module.wasm'), 10)
  expect(await asked()).toMatchObject({ prepared: [{ server: 'echo', whole: false }] })
  expect(await ok('debug', 'modules', '--format', 'text')).toContain('skills/shout')
})
