import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { serverId } from '../ids.ts'
import { saveInput } from './inputs.ts'
import type { ConfigDeps } from './load.ts'
import { normalise } from './normalise.ts'
import { findPlaces } from './places.ts'
import { resolveEntry } from './resolve.ts'
import type { Origin, ServerSpec, Target } from './server-spec.ts'
import type { Dialect } from './template.ts'

let root: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-execution-expand-')))
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

interface Setting {
  readonly env?: Readonly<Record<string, string>>
  readonly dialect?: Dialect
  readonly workspace?: string
  readonly scope?: Origin['scope']
  readonly inputDefaults?: Readonly<Record<string, string>>
}

function deps(env: Readonly<Record<string, string>> = {}): ConfigDeps {
  const home = join(root, 'home')
  const places = findPlaces({ env: {}, home, tmpdir: tmpdir(), platform: 'linux' })
  return { env, cwd: root, places, platform: 'linux' }
}

function originOf(scope: Origin['scope'] = 'user'): Origin {
  return { client: 'test', scope, file: join(root, 'conf', 'mcp.json') }
}

async function specOf(raw: object, setting: Setting = {}): Promise<ServerSpec> {
  const { env, dialect = 'editor', workspace, scope, inputDefaults } = setting
  const reading = { dialect, timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' } as const
  const { definition } = normalise({ name: 's', raw, reading, workspace, inputDefaults })
  const state = { status: 'ready' as const, definition }
  const entry = { id: serverId('s'), name: 's', origin: originOf(scope), state }
  return await resolveEntry(entry, deps(env))
}

async function targetOf(raw: object, setting?: Setting): Promise<Target> {
  return (await specOf(raw, setting)).target
}

describe('variables', () => {
  test('stand for their values everywhere', async () => {
    const raw = {
      command: '${A}/run',
      args: ['--${A}', '${B:-b}', '${E:-empty}', '${E}'],
      env: { X: 'x${env:A}' },
      cwd: '/w/${A}',
    }
    expect(await targetOf(raw, { env: { A: '/a', E: '' } })).toEqual({
      type: 'stdio',
      command: '/a/run',
      args: ['--/a', 'b', 'empty', ''],
      env: { X: 'x/a' },
      cwd: '/w/a',
    })
    const http = { url: 'https://${H}/mcp', headers: { Authorization: 'Bearer ${T}' } }
    expect(await targetOf(http, { env: { H: 'h.example', T: 't' } })).toEqual({
      type: 'http',
      url: 'https://h.example/mcp',
      headers: { Authorization: 'Bearer t' },
    })
  })

  test.each([
    { raw: { command: 'c', args: ['a', '${NO}'] }, field: 'args[1]' },
    { raw: { command: 'c', env: { K: '${NO}' } }, field: 'env.K' },
    { raw: { url: 'https://x/${NO}' }, field: 'url' },
    { raw: { url: 'https://x', headers: { K: '${NO}' } }, field: 'headers.K' },
  ])('an unset one without default fails and is named: $field', async ({ raw, field }) => {
    await expect(targetOf(raw)).rejects.toMatchObject({
      code: 'CONFIG_UNSET_VARIABLE',
      message: `Cannot expand "\${NO}" in ${field} of server "s": the variable is not set; set NO, or give a default as in \${VAR:-value}`,
      details: { server: 's', field },
    })
  })

  test('a value is not expanded again, nor trimmed', async () => {
    const target = await targetOf({ command: 'c', args: ['${A}'] }, { env: { A: '${B}\n' } })
    expect(target).toMatchObject({ args: ['${B}\n'] })
  })

  test('handed-on ones are left out where they are not set', async () => {
    const target = await targetOf({ command: 'c', env_vars: ['A', 'B'] }, { env: { A: '1' } })
    expect(target).toMatchObject({ env: { A: '1' } })
  })

  test('what only another client can expand fails instead of being sent as it is', async () => {
    await expect(targetOf({ command: 'c', args: ['${config:x}'] })).rejects.toMatchObject({
      code: 'CONFIG_UNSET_VARIABLE',
    })
  })
})

describe('after expansion the rules hold too', () => {
  test.each<{ raw: object; env: Record<string, string>; says: string }>([
    { raw: { url: '${U}' }, env: { U: 'file:///etc/passwd' }, says: 'url has the scheme "file"' },
    { raw: { url: '${U}' }, env: { U: 'no url' }, says: 'url is no URL' },
    {
      raw: { url: 'https://x', headers: { A: '${H}' } },
      env: { H: 'a\r\nB: c' },
      says: 'headers.A holds a control character',
    },
    {
      raw: { command: 'c', args: ['${L}'] },
      env: { L: 'a'.repeat(4097) },
      says: 'args[0] has 4097 bytes',
    },
  ])('$says', async ({ raw, env, says }) => {
    const refused = targetOf(raw, { env })
    await expect(refused).rejects.toMatchObject({ code: 'SECURITY_REFUSED' })
    await expect(refused).rejects.toThrow(`Cannot use server "s": ${says}; `)
  })
})

describe('places', () => {
  test('~ is the home folder at the start of a path, and nowhere else', async () => {
    const raw = {
      command: '~/bin/c',
      args: ['~/a', '~', 'x~/b', '--p=~/c', '~user/d'],
      env: { E: '~/e' },
    }
    expect(await targetOf(raw)).toEqual({
      type: 'stdio',
      command: join(root, 'home/bin/c'),
      args: [join(root, 'home/a'), join(root, 'home'), 'x~/b', '--p=~/c', '~user/d'],
      env: { E: '~/e' },
    })
    expect(await targetOf({ command: '${A}' }, { env: { A: '~/x' } })).toMatchObject({
      command: join(root, '~/x'),
    })
  })

  test('a project runs in its folder, and its relative paths start there', async () => {
    const workspace = join(root, 'project')
    const raw = { command: './c', args: ['${workspaceFolderBasename}${/}${userHome}'], cwd: 'sub' }
    expect(await targetOf(raw, { workspace, scope: 'project' })).toEqual({
      type: 'stdio',
      command: join(workspace, 'sub', 'c'),
      args: [`project/${join(root, 'home')}`],
      env: {},
      cwd: join(workspace, 'sub'),
    })
  })

  test('a project may not reach for a program outside itself by a relative path', async () => {
    const workspace = join(root, 'project')
    await expect(
      targetOf({ command: '../evil' }, { workspace, scope: 'project' }),
    ).rejects.toMatchObject({ code: 'SECURITY_REFUSED' })
    expect(await targetOf({ command: '../fine' }, { workspace, scope: 'user' })).toMatchObject({
      command: join(root, 'fine'),
    })
  })
})

describe('files and inputs', () => {
  test('{file:…} is read beside the config file, without its last line break', async () => {
    await mkdir(join(root, 'conf'))
    await writeFile(join(root, 'conf', 'key'), 'secret\n')
    const raw = { command: 'c', environment: { K: '{file:./key}' } }
    expect(await targetOf(raw, { dialect: 'opencode' })).toMatchObject({ env: { K: 'secret' } })
  })

  test('an envFile gives variables, which env overrides and the rules bind', async () => {
    const workspace = join(root, 'project')
    await mkdir(workspace)
    await writeFile(join(workspace, '.env'), '# mine\nA=1\nexport B="two words"\n')
    const raw = { command: 'c', envFile: '${workspaceFolder}/.env', env: { A: '9' } }
    expect(await targetOf(raw, { workspace })).toMatchObject({ env: { A: '9', B: 'two words' } })
    await writeFile(join(workspace, '.env'), 'NODE_OPTIONS=--require=x\n')
    await expect(targetOf(raw, { workspace })).rejects.toMatchObject({ code: 'SECURITY_REFUSED' })
    await rm(join(workspace, '.env'))
    await expect(targetOf(raw, { workspace })).rejects.toMatchObject({
      code: 'CONFIG_UNSET_VARIABLE',
      message: `Cannot expand ${JSON.stringify(join(workspace, '.env'))} in envFile of server "s": the file does not exist; check the path`,
    })
  })

  test('an input is what the user stored, else its default, else an error that says what to run', async () => {
    const raw = { command: 'c', args: ['${input:key}'] }
    await expect(targetOf(raw)).rejects.toMatchObject({
      message:
        'Cannot expand "${input:key}" in args[0] of server "s": no value is stored; run: mcp-execution server input s key',
    })
    expect(await targetOf(raw, { inputDefaults: { key: 'd' } })).toMatchObject({ args: ['d'] })
    await saveInput(deps().places.stateDir, [originOf(), 'key'], 'stored')
    expect(await targetOf(raw, { inputDefaults: { key: 'd' } })).toMatchObject({ args: ['stored'] })
  })
})

test("the user's settings stand where the entry says nothing", async () => {
  const { places } = deps()
  await mkdir(places.configDir, { recursive: true })
  await writeFile(
    join(places.configDir, 'config.toml'),
    '[runtime]\nconnect_timeout_secs = 3\ncall_timeout_secs = 4\nmax_tools = 7\n',
  )
  const { settings } = await specOf({ command: 'c', callTimeoutSecs: 9 })
  expect(settings).toEqual({ connectTimeoutSecs: 3, callTimeoutSecs: 9, maxTools: 7 })
})
