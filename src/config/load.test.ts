import { mkdir, mkdtemp, realpath, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { saveApproval } from './approvals.ts'
import type { Config, ServerEntry } from './definition.ts'
import { type ConfigDeps, loadConfig } from './load.ts'
import { findPlaces } from './places.ts'
import { registerServer } from './registered.ts'
import { resolveServer } from './resolve.ts'

let root: string
let deps: ConfigDeps

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-execution-load-')))
  const home = join(root, 'home')
  const cwd = join(root, 'work', 'project', 'sub')
  await mkdir(cwd, { recursive: true })
  await mkdir(join(root, 'work', 'project', '.git'))
  const env = { TOKEN: 'from-env' }
  const places = findPlaces({ env, home, tmpdir: tmpdir(), platform: 'linux' })
  deps = { env, cwd, places, platform: 'linux' }
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

async function write(path: string, content: unknown): Promise<string> {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function servers(entries: Record<string, object>): object {
  return { mcpServers: entries }
}

function standing({ servers: all }: Config): Record<string, string> {
  return Object.fromEntries(
    all.map(({ name, origin, state }) => [
      name,
      `${origin.client}/${origin.scope}/${state.status}`,
    ]),
  )
}

function entry(config: Config, name: string): ServerEntry {
  const found = config.servers.find(server => server.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

async function approve(config: Config, name: string): Promise<void> {
  const found = entry(config, name)
  if (found.state.status !== 'pending') throw new Error(`${name} is ${found.state.status}`)
  await saveApproval(deps.places.stateDir, found, found.state.digest)
}

describe('project files', () => {
  test('.mcp.json of the working folder and of every folder above are merged, the nearest first', async () => {
    await write('work/project/sub/.mcp.json', servers({ a: { command: 'near' } }))
    await write('work/project/.mcp.json', servers({ a: { command: 'far' }, b: { command: 'b' } }))
    await write('work/.mcp.json', servers({ c: { command: 'c' } }))
    const config = await loadConfig(deps)
    expect(standing(config)).toEqual({
      a: 'claude-code/project/pending',
      b: 'claude-code/project/pending',
      c: 'claude-code/project/pending',
    })
    expect(entry(config, 'a').origin.file).toBe(join(root, 'work/project/sub/.mcp.json'))
    expect(config.shadowed.map(({ entry: { name, origin } }) => [name, origin.file])).toEqual([
      ['a', join(root, 'work/project/.mcp.json')],
    ])
  })

  test('nothing runs before its approval, and any change asks again', async () => {
    const path = 'work/project/.mcp.json'
    await write(path, servers({ a: { command: 'node', args: ['a.js'] } }))
    const before = await loadConfig(deps)
    await expect(resolveServer(before, 'a', deps)).rejects.toMatchObject({
      code: 'APPROVAL_PENDING',
      message: `Cannot use server "a": it comes from the project file ${JSON.stringify(join(root, path))} and is not approved; look at it and run: mcp-execution server approve a`,
    })
    await approve(before, 'a')
    expect(await resolveServer(await loadConfig(deps), 'a', deps)).toEqual({
      id: 'a',
      name: 'a',
      target: {
        type: 'stdio',
        command: 'node',
        args: ['a.js'],
        env: {},
        cwd: join(root, 'work/project'),
      },
      settings: {},
    })
    await write(path, servers({ a: { command: 'node', args: ['b.js'] } }))
    expect(standing(await loadConfig(deps))).toEqual({ a: 'claude-code/project/pending' })
  })

  test('an unapproved entry does not take the place of one of the user', async () => {
    await write('work/project/.mcp.json', servers({ a: { command: 'theirs' } }))
    await write('home/.claude.json', servers({ a: { command: 'mine' } }))
    const config = await loadConfig(deps)
    expect(standing(config)).toEqual({ a: 'claude-code/user/ready' })
    await saveApproval(deps.places.stateDir, { name: 'a', origin: entry(config, 'a').origin }, 'x')
    expect(standing(await loadConfig(deps))).toEqual({ a: 'claude-code/user/ready' })
    const lost = config.shadowed[0]?.entry
    if (lost?.state.status !== 'pending') throw new Error('not pending')
    await saveApproval(deps.places.stateDir, lost, lost.state.digest)
    expect(standing(await loadConfig(deps))).toEqual({ a: 'claude-code/project/ready' })
  })

  test('a committed file that says it is approved changes nothing', async () => {
    await write('work/project/.mcp.json', servers({ a: { command: 'x', trust: true } }))
    await write('work/project/.claude/settings.json', { enableAllProjectMcpServers: true })
    await write('work/project/.claude/settings.local.json', { enabledMcpjsonServers: ['a'] })
    expect(standing(await loadConfig(deps))).toEqual({ a: 'claude-code/project/pending' })
  })
})

describe('--config', () => {
  test('the named file comes first, needs no approval, and wins even where it disables', async () => {
    const file = await write('work/project/sub/mine.json', {
      mcpServers: {
        a: { command: './run', args: ['${TOKEN}'] },
        b: { command: 'b', disabled: true },
      },
    })
    await write('home/.claude.json', servers({ a: { command: 'no' }, b: { command: 'no' } }))
    const config = await loadConfig({ ...deps, configFile: 'mine.json' })
    expect(standing(config)).toEqual({
      a: 'claude-code/file/ready',
      b: 'claude-code/file/disabled',
    })
    expect(entry(config, 'a').origin.file).toBe(file)
    const { target } = await resolveServer(config, 'a', deps)
    expect(target).toEqual({
      type: 'stdio',
      command: join(deps.cwd, 'run'),
      args: ['from-env'],
      env: {},
      cwd: deps.cwd,
    })
  })

  test('a missing or broken named file is an error', async () => {
    await expect(loadConfig({ ...deps, configFile: 'no.json' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const file = await write('work/project/sub/bad.json', '{\n  "mcpServers": {,}\n}')
    await expect(loadConfig({ ...deps, configFile: 'bad.json' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Cannot read config file ${JSON.stringify(file)} at 2:18: it is not JSON (value expected); correct the file`,
    })
  })
})

test('a broken file or entry is reported by name and place; the rest still works', async () => {
  const broken = await write('home/.cursor/mcp.json', '{"mcpServers": nope}')
  const file = await write(
    'home/.claude/mcp.json',
    '\uFEFF{\r\n  // mine\r\n  "mcpServers": {\r\n    "bad": {"args": []},\r\n    "good": {"command": "g",},\r\n  }\r\n}',
  )
  const config = await loadConfig(deps)
  expect(standing(config)).toEqual({
    good: 'mcp-execution/user/ready',
    bad: 'mcp-execution/user/invalid',
  })
  expect(config.problems).toEqual([
    {
      severity: 'error',
      client: 'mcp-execution',
      file,
      server: 'bad',
      line: 4,
      column: 12,
      message: 'Cannot use server "bad": it has no command and no url; give one of them',
    },
    {
      severity: 'error',
      client: 'cursor',
      file: broken,
      line: 1,
      column: 16,
      message: `Cannot read ${JSON.stringify(broken)}: it is not JSON (invalid symbol); correct the file`,
    },
  ])
})

test('a registered server stays usable from anywhere, and follows its approval', async () => {
  await write('work/project/.mcp.json', servers({ a: { command: './x', args: ['${TOKEN}'] } }))
  await approve(await loadConfig(deps), 'a')
  await registerServer(entry(await loadConfig(deps), 'a'), deps)
  const elsewhere = { ...deps, cwd: root }
  const { target } = await resolveServer(await loadConfig(elsewhere), 'a', elsewhere)
  expect(target).toEqual({
    type: 'stdio',
    command: join(root, 'work/project/x'),
    args: ['from-env'],
    env: {},
    cwd: join(root, 'work/project'),
  })
  await rm(join(deps.places.stateDir, 'approvals'), { recursive: true })
  expect(standing(await loadConfig(elsewhere))).toEqual({ a: 'claude-code/project/pending' })
})

test('names that are members of every object are servers like any other', async () => {
  await write(
    'home/.claude/mcp.json',
    '{"mcpServers": {"__proto__": {"command": "p"}, "constructor": {"command": "c"}, "toString": {"command": "t"},}}',
  )
  const config = await loadConfig(deps)
  expect(standing(config)).toEqual(
    Object.fromEntries(
      ['__proto__', 'constructor', 'toString'].map(name => [name, 'mcp-execution/user/ready']),
    ),
  )
  expect((await resolveServer(config, '__proto__', deps)).target).toMatchObject({ command: 'p' })
})

test('a name no terminal should show is spelled out, and its id stands in commands', async () => {
  await write('work/project/.mcp.json', servers({ 'e\u001b[2Jvil\u202E$(id)': { command: 'x' } }))
  const config = await loadConfig(deps)
  const [found] = config.servers
  if (found === undefined) throw new Error('no server')
  await expect(resolveServer(config, found.id, deps)).rejects.toMatchObject({
    message: `Cannot use server "e\\u001b[2Jvil\\u{202E}$(id)": it comes from the project file ${JSON.stringify(join(root, 'work/project/.mcp.json'))} and is not approved; look at it and run: mcp-execution server approve ${found.id}`,
  })
})

test('a name written twice is reported, and the last one counts', async () => {
  const file = await write(
    'home/.claude/mcp.json',
    '{"mcpServers": {"a": {"command": "one"},\n "a": {"command": "two"}}}',
  )
  const config = await loadConfig(deps)
  expect((await resolveServer(config, 'a', deps)).target).toMatchObject({ command: 'two' })
  expect(config.problems).toEqual([
    {
      severity: 'warning',
      message: 'Server "a" is written twice; the last one counts',
      client: 'mcp-execution',
      file,
      line: 2,
      column: 7,
    },
  ])
})

test('files without end, and too large ones, are refused by name', async () => {
  const large = await write('home/.cursor/mcp.json', '')
  await truncate(large, 100 * 1024 * 1024)
  await mkdir(join(root, 'home/.claude/mcp.json'), { recursive: true })
  await write('home/.claude.json', servers({ a: { command: 'a' } }))
  const config = await loadConfig(deps)
  expect(standing(config)).toEqual({ a: 'claude-code/user/ready' })
  expect(config.problems.map(({ message }) => message)).toEqual([
    `Cannot read ${JSON.stringify(join(root, 'home/.claude/mcp.json'))}: it is not a regular file; correct the file`,
    `Cannot read ${JSON.stringify(large)}: it is larger than 16 MiB; correct the file`,
  ])
})
