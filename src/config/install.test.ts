import { mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  findInstallations,
  installClients,
  planInstall,
  undoInstall,
  writeInstall,
} from './install.ts'
import { type ConfigDeps, loadConfig } from './load.ts'
import { findPlaces } from './places.ts'

let root: string
let deps: ConfigDeps

const own = { command: 'mcp-execution', args: ['serve'] }
// Our reader knows our own entry and sets it aside, so the round trip is shown with a program of another name.
const other = { command: '/opt/some server', args: ['serve', '--flag=${x y}', 'ü"\\'] }

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-execution-install-')))
  const home = join(root, 'home')
  const cwd = join(root, 'project')
  await mkdir(cwd, { recursive: true })
  const places = findPlaces({ env: {}, home, tmpdir: tmpdir(), platform: 'linux' })
  deps = { env: {}, cwd, places, platform: 'linux' }
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

async function seed(file: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text, { mode })
}

async function found(name: string): Promise<unknown> {
  const { servers } = await loadConfig(deps)
  const entry = servers.find(server => server.name === name)
  const transport = entry && 'definition' in entry.state ? entry.state.definition.transport : {}
  return { ...entry?.origin, transport }
}

describe.each(installClients)('%s', client => {
  test('what we write, our own reader reads', async () => {
    const { file } = await writeInstall([client, 'user'], other, deps)
    expect(await found('mcp-execution')).toMatchObject({
      client,
      scope: 'user',
      file,
      transport: {
        type: 'stdio',
        command: [{ kind: 'text', text: other.command }],
        args: other.args.map(text => [{ kind: 'text', text }]),
      },
    })
  })

  test('installing twice changes nothing, and uninstalling takes all of it away', async () => {
    const first = await writeInstall([client, 'user'], own, deps)
    const second = await writeInstall([client, 'user'], own, deps)
    expect(second.after).toBe(first.after)
    expect(second.before).toBe(first.after)
    await writeInstall([client, 'user'], undefined, deps)
    const { servers, problems } = await loadConfig(deps)
    expect({ servers, problems }).toEqual({ servers: [], problems: [] })
  })

  test('a new file is private, and undo takes it away again', async () => {
    const { file } = await writeInstall([client, 'user'], own, deps)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await undoInstall([client, 'user'], deps)
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a dry run writes nothing and says what would be written', async () => {
    const plan = await planInstall([client, 'user'], own, deps)
    await expect(stat(plan.file)).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await writeInstall([client, 'user'], own, deps)).after).toBe(plan.after)
  })
})

const entries: readonly { client: string; file: string; from: string; to: string }[] = [
  {
    client: 'claude-code',
    file: '.claude.json',
    from: '{\n  "numStartups": 7,\n  "mcpServers": {\n    "a": { "command": "a" }\n  }\n}\n',
    to: '{\n  "numStartups": 7,\n  "mcpServers": {\n    "a": { "command": "a" },\n    "mcp-execution": {\n      "type": "stdio",\n      "command": "mcp-execution",\n      "args": [\n        "serve"\n      ],\n      "env": {}\n    }\n  }\n}\n',
  },
  {
    client: 'vscode',
    file: '.config/Code/User/mcp.json',
    from: '{\n\t// mine\n\t"servers": {},\n\t"inputs": [],\n}\n',
    to: '{\n\t// mine\n\t"servers": {\n\t\t"mcp-execution": {\n\t\t\t"type": "stdio",\n\t\t\t"command": "mcp-execution",\n\t\t\t"args": [\n\t\t\t\t"serve"\n\t\t\t]\n\t\t}\n\t},\n\t"inputs": [],\n}\n',
  },
  {
    client: 'codex',
    file: '.codex/config.toml',
    from: 'model = "x"   # odd\n\n[mcp_servers.a]\ncommand = "a"',
    to: 'model = "x"   # odd\n\n[mcp_servers.a]\ncommand = "a"\n\n[mcp_servers.mcp-execution]\ncommand = "mcp-execution"\nargs = [ "serve" ]\n',
  },
  {
    client: 'opencode',
    file: '.config/opencode/opencode.json',
    from: '{"mcp": {"servers": {"a": {"type": "local", "command": ["a"]}}}}',
    to: '{"mcp": {"servers": {"a": {"type": "local", "command": ["a"]}, "mcp-execution": {"type":"local","command":["mcp-execution","serve"],"enabled":true}}}}',
  },
  {
    client: 'zed',
    file: '.config/zed/settings.json',
    from: '// Zed settings\n{\n  "theme": "One Dark", // dark\n}\n',
    to: '// Zed settings\n{\n  "theme": "One Dark", // dark\n  "context_servers": {\n    "mcp-execution": {\n      "source": "custom",\n      "command": "mcp-execution",\n      "args": [\n        "serve"\n      ],\n      "env": {}\n    }\n  },\n}\n',
  },
  {
    client: 'copilot',
    file: '.copilot/mcp-config.json',
    from: '{"a": {"type": "local", "command": "a"}}',
    to: '{"a": {"type": "local", "command": "a"}, "mcp-execution": {"type":"local","command":"mcp-execution","args":["serve"],"tools":["*"]}}',
  },
  {
    client: 'goose',
    file: '.config/goose/config.yaml',
    from: '# mine\nextensions:\n  # tools\n  developer: # built in\n    type: builtin\n    enabled: true\n',
    to: '# mine\nextensions:\n  mcp-execution:\n    enabled: true\n    type: stdio\n    name: mcp-execution\n    cmd: mcp-execution\n    args:\n      - serve\n    envs: {}\n    timeout: 300\n  # tools\n  developer: # built in\n    type: builtin\n    enabled: true\n',
  },
]

describe('a file that is there already', () => {
  test.each(entries)(
    '$client: the rest stays byte for byte',
    async ({ client, file, from, to }) => {
      const path = join(root, 'home', file)
      await seed(path, from, 0o640)
      await writeInstall([client, 'user'], own, deps)
      expect(await readFile(path, 'utf8')).toBe(to)
      expect((await stat(path)).mode & 0o777).toBe(0o640)
      await undoInstall([client, 'user'], deps)
      expect(await readFile(path, 'utf8')).toBe(from)
    },
  )

  test('a byte order mark and a link stay', async () => {
    const real = join(root, 'dotfiles', 'mcp.json')
    const link = join(root, 'home', '.cursor', 'mcp.json')
    await seed(real, '\uFEFF{"mcpServers": {}}')
    await mkdir(dirname(link), { recursive: true })
    await symlink(real, link)
    await writeInstall(['cursor', 'user'], own, deps)
    expect(await readFile(real, 'utf8')).toMatch(/^\uFEFF\{"mcpServers": \{\n/)
    expect(await realpath(link)).toBe(real)
  })

  test('a broken file is refused and left alone', async () => {
    const path = join(root, 'home', '.cursor', 'mcp.json')
    await seed(path, '{"mcpServers": nope}')
    await expect(writeInstall(['cursor', 'user'], own, deps)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    expect(await readFile(path, 'utf8')).toBe('{"mcpServers": nope}')
  })

  test('undo refuses where somebody changed the file since', async () => {
    const { file } = await writeInstall(['cursor', 'user'], own, deps)
    await writeFile(file, '{}')
    await expect(undoInstall(['cursor', 'user'], deps)).rejects.toMatchObject({ code: 'STATE' })
    await expect(undoInstall(['kiro', 'user'], deps)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('a project gets its own file, and a client without one says so', async () => {
  const { file } = await writeInstall(['claude-code', 'project'], own, deps)
  expect(file).toBe(join(deps.cwd, '.mcp.json'))
  await expect(planInstall(['windsurf', 'project'], own, deps)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})

test('an unknown client is named with the nearest one', async () => {
  await expect(planInstall(['cursro', 'user'], own, deps)).rejects.toThrow(
    'Cannot install into "cursro": there is no such client (did you mean "cursor"?); give one of',
  )
})

test('installations are seen', async () => {
  await writeInstall(['cursor', 'user'], own, deps)
  const seen = (await findInstallations(deps)).filter(({ installed }) => installed)
  expect(seen.map(({ client }) => client)).toEqual(['cursor'])
})

test('our own entry is never one of the servers', async () => {
  await writeInstall(['cursor', 'user'], own, deps)
  const { servers } = await loadConfig(deps)
  expect(servers.map(({ state }) => state)).toMatchObject([
    { status: 'disabled', reason: 'it is mcp-execution itself' },
  ])
})
