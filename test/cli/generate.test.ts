import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { snapshot } from '../files/trees.ts'
import { type Cli, ended, newCli, testServer, until } from './cli.ts'

let cli: Cli
let toolsFile: string
let server: readonly string[]

const add = {
  name: 'add',
  description: 'Adds',
  inputSchema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
}
const echo = {
  name: 'echo',
  description: 'Echoes',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
}

beforeEach(async () => {
  cli = await newCli()
  toolsFile = join(cli.home, 'tools.json')
  server = ['--name', 'mine', '--', ...testServer('from-file', toolsFile)]
  await listTools(add, echo)
})
afterEach(() => cli.remove())

async function listTools(...tools: readonly object[]): Promise<void> {
  await writeFile(toolsFile, JSON.stringify(tools))
}

const tree = (): string => join(cli.home, '.claude/servers/mine')

function treeFiles(): Promise<string[]> {
  return readdir(tree(), { recursive: true })
}

describe('introspect', () => {
  test('shows name, version, protocol, capabilities and tools', async () => {
    const { code, out, err } = await cli.run(['introspect', ...server])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      [
        'from-file 1.0.0',
        '  id            mine',
        '  protocol      2025-11-25',
        '  capabilities  tools',
        '  tools         2',
        '',
        '  add   Adds',
        '  echo  Echoes',
        '',
      ].join('\n'),
    )
  })

  test('--json holds what the handshake said; --detailed adds the schemas', async () => {
    const short = await cli.run(['introspect', '--json', ...server])
    expect(JSON.parse(short.out)).toEqual({
      server: {
        id: 'mine',
        name: 'from-file',
        version: '1.0.0',
        protocol_version: '2025-11-25',
        capabilities: { tools: { listChanged: true } },
      },
      tools: [
        { name: 'add', description: 'Adds' },
        { name: 'echo', description: 'Echoes' },
      ],
      skipped: [],
      total_tools: 2,
    })
    const detailed = await cli.run(['introspect', '--detailed', '--json', ...server])
    expect(JSON.parse(detailed.out).tools[0]).toEqual({
      name: 'add',
      description: 'Adds',
      input_schema: add.inputSchema,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('--detailed shows every signature to people', async () => {
    const { out } = await cli.run(['introspect', '--detailed', ...server])
    expect(out).toContain('  add({ a: number; b: number })')
  })
})

describe('generate', () => {
  test('writes the tree to ~/.claude/servers, keeps the entry private, and says so', async () => {
    const { code, out, err } = await cli.run(['generate', ...server])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')[0]).toBe(
      'Generated 2 tools of from-file 1.0.0 in ~/.claude/servers/mine',
    )
    const files = await treeFiles()
    for (const wanted of [
      'add.ts',
      'echo.ts',
      'index.ts',
      '_meta.json',
      '_runtime/mcp-bridge.ts',
      'package.json',
      'tsconfig.json',
    ]) {
      expect(files).toContain(wanted)
    }
    expect((await stat(join(tree(), 'add.ts'))).mode & 0o111).toBe(0o111)
    expect(
      (await stat(join(cli.home, '.local/state/mcp-execution/servers/mine.json'))).mode & 0o777,
    ).toBe(0o600)
  })

  test('a second run changes no byte and says so; the registered name is enough', async () => {
    await cli.run(['generate', ...server])
    const before = await snapshot(tree())
    const again = await cli.run(['generate', 'mine', '--json'])
    expect(JSON.parse(again.out)).toMatchObject({
      server_id: 'mine',
      changed: false,
      removed: [],
      tools: 2,
    })
    expect(await snapshot(tree())).toEqual(before)
  })

  test('a tool that is gone loses its file; a file of the user stays', async () => {
    await cli.run(['generate', ...server])
    await writeFile(join(tree(), 'notes.md'), 'mine')
    await listTools(add)
    const { out } = await cli.run(['generate', 'mine', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      changed: true,
      removed: ['echo.ts'],
      kept: ['notes.md'],
    })
    const files = await treeFiles()
    expect(files).not.toContain('echo.ts')
    expect(files).toContain('notes.md')
  })

  test('refuses a folder that is not ours, and takes it with --force', async () => {
    const theirs = join(cli.home, 'out/mine')
    await mkdir(theirs, { recursive: true })
    await writeFile(join(theirs, 'thesis.md'), 'years')
    const flags = ['--output', join(cli.home, 'out')]
    const refused = await cli.run(['generate', ...flags, ...server])
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('it holds files of yours ("thesis.md")')
    expect(await readdir(theirs)).toEqual(['thesis.md'])
    expect(await cli.run(['generate', '--force', ...flags, ...server])).toMatchObject({ code: 0 })
    expect(await readdir(theirs)).not.toContain('thesis.md')
  })

  test.each([
    ['--output', () => ['--output', join(cli.home, 'out')], {}],
    ['MCP_EXECUTION_SERVERS_DIR', () => [], { MCP_EXECUTION_SERVERS_DIR: 'out' }],
  ])('%s moves the base', async (_name, flags, env) => {
    const at = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, join(cli.home, value)]),
    )
    expect(await cli.run(['generate', ...flags(), ...server], { env: at })).toMatchObject({
      code: 0,
    })
    expect(await readdir(join(cli.home, 'out'))).toEqual(['mine'])
  })

  test('--mode sandbox adds the manifest, --mode skill the pages of a skill', async () => {
    await cli.run(['generate', '--mode', 'sandbox', ...server])
    const manifest: unknown = JSON.parse(await readFile(join(tree(), 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({
      name: 'mine',
      version: '1.0.0',
      tools: [
        { name: 'add', typescript_name: 'add', description: 'Adds' },
        { name: 'echo', typescript_name: 'echo', description: 'Echoes' },
      ],
      generator: expect.stringMatching(/^mcp-execution /),
      generated_at: expect.stringMatching(/^\d{4}-/),
    })
    await cli.run(['generate', '--mode', 'skill', ...server])
    const files = await treeFiles()
    expect(files).toContain('SKILL.md')
    expect(files).not.toContain('manifest.json')
  })
})

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1
}

describe('generate --dry-run', () => {
  test('--json has exactly the documented members, and its figures are those of a real run', async () => {
    const dry = await cli.run(['generate', '--dry-run', '--json', ...server])
    expect(dry).toMatchObject({ code: 0, err: '' })
    const plan = JSON.parse(dry.out)
    expect(Object.keys(plan)).toEqual([
      'server_id',
      'server_name',
      'output_path',
      'files',
      'total_files',
      'total_size',
    ])
    await expect(stat(join(cli.home, '.claude'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(stat(join(cli.home, '.local'))).rejects.toMatchObject({ code: 'ENOENT' })

    await cli.run(['generate', ...server])
    const written = Object.entries(await snapshot(tree())).map(([path, text]) => ({
      path,
      size: Buffer.byteLength(text),
    }))
    expect(plan.files).toEqual(written.toSorted(byPath))
    expect(plan).toMatchObject({
      server_id: 'mine',
      server_name: 'from-file',
      output_path: tree(),
      total_files: written.length,
      total_size: written.reduce((sum, { size }) => sum + size, 0),
    })
  })

  test('text is the same object on one line; pretty lists every file and the total', async () => {
    const json = await cli.run(['generate', '--dry-run', '--json', ...server])
    const text = await cli.run(['generate', '--dry-run', '--format', 'TEXT', ...server])
    expect(text.out).toBe(`${JSON.stringify(JSON.parse(json.out))}\n`)
    const pretty = await cli.run(['generate', '--dry-run', ...server])
    const { files } = JSON.parse(json.out)
    expect(pretty.out.split('\n').filter(line => line.startsWith('  '))).toHaveLength(files.length)
    expect(pretty.out).toContain(`${files.length} files, `)
  })
})

describe('generate --check', () => {
  test('exits 0 where nothing changed, and 1 with a readable difference where tools did', async () => {
    await cli.run(['generate', ...server])
    expect(await cli.run(['generate', 'mine', '--check'])).toEqual({
      code: 0,
      out: 'up to date ~/.claude/servers/mine\n',
      err: '',
    })
    const before = await snapshot(tree())
    const longer = {
      ...add,
      inputSchema: {
        ...add.inputSchema,
        properties: { a: { type: 'string' }, b: { type: 'number' } },
      },
    }
    await listTools(longer, { ...echo, name: 'shout' })
    const { code, out } = await cli.run(['generate', 'mine', '--check'])
    expect(code).toBe(1)
    expect(out).toContain('+ tool "shout"\n- tool "echo"\n~ tool "add" (add.ts)\n')
    expect(out).toMatch(/- .*a: number[^]*\+ .*a: string/)
    expect(await snapshot(tree())).toEqual(before)
    const json = await cli.run(['generate', 'mine', '--check', '--json'])
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      drifted: true,
      added: ['shout'],
      removed: ['echo'],
      changed: [{ name: 'add', file: 'add.ts' }],
    })
  })

  test('names files that were edited or deleted by hand', async () => {
    await cli.run(['generate', ...server])
    await chmod(join(tree(), 'add.ts'), 0o755)
    await writeFile(join(tree(), 'add.ts'), '// mine now\n')
    const { rm } = await import('node:fs/promises')
    await rm(join(tree(), 'index.ts'))
    const { code, out } = await cli.run(['generate', 'mine', '--check', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out).files).toEqual([
      { path: 'add.ts', state: 'edited' },
      { path: 'index.ts', state: 'missing' },
    ])
  })

  test('without a tree it is bad input that says what to run', async () => {
    const { code, err } = await cli.run(['generate', '--check', ...server])
    expect(code).toBe(2)
    expect(err).toContain('run: mcp-execution generate mine')
  })
})

test('generate --watch writes a new tree when the tools change, and stops cleanly on Ctrl-C', async () => {
  const child = cli.start(['generate', '--watch', '--format', 'text', ...server])
  const first = await until(child.stdout, '\n')
  expect(JSON.parse(first)).toMatchObject({ tools: 2, changed: true })
  await listTools(add)
  expect(JSON.parse(await until(child.stdout, '\n'))).toMatchObject({
    tools: 1,
    removed: ['echo.ts'],
  })
  const over = ended(child)
  child.kill('SIGINT')
  expect(await over).toMatchObject({ code: 130 })
})

test('generate --watch outlives a list that makes no sense', async () => {
  const child = cli.start(['generate', '--watch', '--format', 'text', ...server])
  await until(child.stdout, '\n')
  await writeFile(toolsFile, 'half a li')
  expect(await until(child.stderr, '\n')).toContain('Cannot list the tools of server "mine"')
  await listTools(add)
  expect(JSON.parse(await until(child.stdout, '\n'))).toMatchObject({ tools: 1 })
  const over = ended(child)
  child.kill('SIGINT')
  expect(await over).toMatchObject({ code: 130 })
})

describe('generate --all', () => {
  test('generates every configured server; one that fails does not stop the others and decides the exit code', async () => {
    const [command, ...args] = testServer('from-file', toolsFile)
    const config = join(cli.home, 'servers.json')
    await writeFile(
      config,
      JSON.stringify({
        mcpServers: {
          one: { command, args },
          two: { command, args },
          broken: { command: '/nonexistent/server' },
        },
      }),
    )
    const { code, out } = await cli.run(['generate', '--all', '--json', '--config', config])
    expect(code).toBe(3)
    const { servers } = JSON.parse(out)
    expect(servers).toMatchObject([
      { server_id: 'one', tools: 2 },
      { server_id: 'two', tools: 2 },
      { server_id: 'broken', code: 'SERVER_UNREACHABLE' },
    ])
    expect((await readdir(join(cli.home, '.claude/servers'))).toSorted()).toEqual(['one', 'two'])
  })
})

describe('which server', () => {
  test.each([
    [['generate'], 'neither a command nor a URL is given'],
    [['generate', '--all', 'mine'], '--all takes every configured server'],
    [['generate', '--check', '--watch', 'mine'], '--check and --watch exclude each other'],
    [['generate', '--http', 'http://127.0.0.1:9/', '--', 'node'], 'a command and --http'],
    [['generate', '--mode', 'fancy', 'mine'], 'Allowed choices are progressive, sandbox, skill'],
    [['generate', '--max-tools', '0', 'mine'], 'Give a whole number from 1 to 10000'],
    [['introspect', 'nobody'], 'Cannot find server "nobody"'],
  ])('%j is bad input', async (args, why) => {
    const { code, out, err } = await cli.run(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  })

  test('--from-config is the older spelling of a name, --command and --arg of words after --', async () => {
    const [command = '', ...args] = testServer('from-file', toolsFile)
    const spelled = ['--command', command, ...args.flatMap(arg => ['--arg', arg]), '--name', 'mine']
    expect(await cli.run(['generate', ...spelled])).toMatchObject({ code: 0 })
    expect(await cli.run(['introspect', '--from-config', 'mine'])).toMatchObject({ code: 0 })
  })

  test('a server that cannot be reached is exit 3, one that hangs exit 4', async () => {
    expect(await cli.run(['introspect', '--', '/nonexistent/server'])).toMatchObject({ code: 3 })
    const hangs = testServer('wire', 'hang-initialize')
    expect(await cli.run(['introspect', '--connect-timeout', '0.5', '--', ...hangs])).toMatchObject(
      { code: 4 },
    )
  })

  test('over 1000 tools are refused, --max-tools raises it, and exactly as many are taken', async () => {
    const many = testServer('listing', 'many', '1001')
    expect(await cli.run(['introspect', '--', ...many])).toMatchObject({ code: 3 })
    const { code, out } = await cli.run([
      'introspect',
      '--json',
      '--max-tools',
      '1001',
      '--',
      ...many,
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out).total_tools).toBe(1001)
  })
})
