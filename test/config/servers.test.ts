/** The commands about servers and settings, as real processes against real servers. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type Cli, newCli, node, type Ran } from '../cli/cli.ts'

const everything = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
)

let cli: Cli
let project: string

beforeEach(async () => {
  cli = await newCli()
  project = join(cli.home, 'project')
  await mkdir(join(project, '.git'), { recursive: true })
})

afterEach(async () => {
  await cli.remove()
})

async function write(path: string, content: unknown): Promise<string> {
  const file = join(cli.home, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function run(...args: readonly string[]): Promise<Ran> {
  return cli.run(args, { cwd: project })
}

async function json(...args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await run(...args, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

/** A server whose start leaves a trace. */
async function traced(name: string): Promise<{ entry: object; trace: string }> {
  const trace = join(cli.home, `${name}.started`)
  const script = await write(
    `${name}.mjs`,
    `import { writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(trace)}, process.argv.slice(2).join(' '))
await import(${JSON.stringify(everything)})`,
  )
  return { entry: { command: node, args: [script, 'stdio'] }, trace }
}

async function wasStarted(trace: string): Promise<boolean> {
  return await stat(trace).then(
    () => true,
    () => false,
  )
}

describe('a server that a repository brings', () => {
  test('does not start before it is approved; any change asks again', async () => {
    const { entry, trace } = await traced('theirs')
    const file = await write('project/.mcp.json', { mcpServers: { theirs: entry } })
    await write('project/.claude/settings.local.json', { enableAllProjectMcpServers: true })

    for (const command of [
      ['server', 'info', 'theirs'],
      ['introspect', 'theirs'],
      ['generate', 'theirs'],
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: what one starts, the next must not see
      const refused = await run(...command, '--json')
      expect(refused.code).toBe(2)
      expect(JSON.parse(refused.err)).toMatchObject({
        code: 'APPROVAL_PENDING',
        error: `Cannot use server "theirs": it comes from the project file ${JSON.stringify(file.replace(cli.home, '~'))} and is not approved; look at it and run: mcp-execution server approve theirs`,
      })
    }
    expect(await wasStarted(trace)).toBe(false)

    const approved = await run('server', 'approve', 'theirs')
    expect(approved.code).toBe(0)
    expect(approved.err).toContain(`command  ${JSON.stringify(node)}`)
    expect(approved.err).toContain('arg      "stdio"')
    expect(await wasStarted(trace)).toBe(false)

    const info = await json('server', 'info', 'theirs')
    expect(info).toMatchObject({ id: 'theirs', status: 'connected', total_tools: 14 })
    expect(await wasStarted(trace)).toBe(true)

    await write('project/.mcp.json', { mcpServers: { theirs: { ...entry, env: { NEW: 'x' } } } })
    expect((await run('server', 'info', 'theirs')).code).toBe(2)
  })

  test('an approval can be taken back', async () => {
    const { entry } = await traced('theirs')
    await write('project/.mcp.json', { mcpServers: { theirs: entry } })
    await run('server', 'approve', 'theirs')
    expect(await json('server', 'revoke', 'theirs')).toEqual({ name: 'theirs', revoked: true })
    expect((await run('server', 'info', 'theirs')).code).toBe(2)
    expect(await json('server', 'revoke', 'theirs')).toEqual({ name: 'theirs', revoked: false })
  })

  test('is shown whole before it is approved: nothing cut, nothing hidden', async () => {
    const args = ['x'.repeat(3000), 'a\u202Eb', 'c\u001b[2Jd']
    await write('project/.mcp.json', { mcpServers: { theirs: { command: 'sh', args } } })
    const { err } = await run('server', 'approve', 'theirs')
    expect(err).toContain(`"${'x'.repeat(3000)}"`)
    expect(err).toContain('"a\\u{202E}b"')
    expect(err).toContain('"c\\u001b[2Jd"')
    expect(err).not.toContain('\u202E')
  })

  test('approvals are private files outside the project', async () => {
    const { entry } = await traced('theirs')
    await write('project/.mcp.json', { mcpServers: { theirs: entry } })
    await run('server', 'approve', 'theirs')
    const folder = join(cli.home, '.local/state/mcp-execution/approvals')
    const [name = ''] = await readdir(folder)
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    expect((await readdir(project)).toSorted()).toEqual(['.git', '.mcp.json'])
  })
})

test('server list shows every entry with its origin and never a value', async () => {
  const cursor = await write('.cursor/mcp.json', {
    mcpServers: { a: { command: 'a', env: { KEY: 'cursor-secret-1' } }, b: { url: 'https://b' } },
  })
  const claude = await write('.claude.json', {
    mcpServers: {
      a: { command: 'mine', env: { KEY: 'claude-secret-2' }, args: ['--token=tok-3456'] },
    },
  })
  const broken = await write('.gemini/settings.json', '{ "mcpServers": {\n "x": \n}')
  const listed = await json('server', 'list')
  expect(listed).toMatchObject({
    servers: [
      {
        name: 'a',
        status: 'ready',
        origin: { client: 'claude-code', scope: 'user', file: claude },
      },
      { name: 'b', status: 'ready', type: 'http', url: 'https://b', origin: { file: cursor } },
    ],
    shadowed: [{ name: 'a', command: 'a', env: ['KEY'], origin: { client: 'cursor' } }],
    problems: [{ severity: 'error', client: 'gemini', file: broken, line: 3, column: 1 }],
    total_servers: 2,
  })
  const texts = await Promise.all(
    [[], ['--all'], ['--json'], ['--format', 'text'], ['-v']].map(flags =>
      run('server', 'list', ...flags),
    ),
  )
  for (const { out, err } of texts) expect(out + err).not.toMatch(/secret-|tok-3456/)
})

test('a FIFO, a folder and a device in place of a file hold nothing up', async () => {
  await mkdir(join(cli.home, '.cursor/mcp.json'), { recursive: true })
  await mkdir(join(cli.home, '.gemini'))
  await promisify(execFile)('mkfifo', [join(cli.home, '.gemini/settings.json')])
  const listed = await json('server', 'list')
  expect(listed).toMatchObject({
    servers: [],
    problems: [{ client: 'cursor' }, { client: 'gemini' }],
  })
})

describe('server validate', () => {
  test('says of each server whether it answers, and exits with what went wrong', async () => {
    await write('.claude/mcp.json', {
      mcpServers: {
        good: { command: node, args: [everything] },
        gone: { command: 'no-such-program-anywhere' },
        unset: { command: node, args: ['${NOT_SET_HERE}'] },
        off: { command: 'x', disabled: true },
      },
    })
    const { code, out } = await run('server', 'validate', '--json')
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({
      valid: false,
      servers: [
        { name: 'good', valid: true, tools: 14 },
        { name: 'gone', valid: false, code: 'SERVER_UNREACHABLE' },
        { name: 'unset', valid: false, code: 'CONFIG_UNSET_VARIABLE' },
      ],
    })
    expect((await run('server', 'validate', 'good')).code).toBe(0)
    expect((await run('server', 'validate', 'unset')).code).toBe(2)
  })

  test('takes a server on the command line', async () => {
    const { code, out } = await run('server', 'validate', '--', node, everything)
    expect({ code, out: out.includes('"server-everything" works') }).toEqual({ code: 0, out: true })
  })
})

test('an entry’s unknown keys are said when it is used, and a broken file when a name is not found', async () => {
  await write('.claude/mcp.json', {
    mcpServers: { good: { command: node, args: [everything], comand: 'x' } },
  })
  const used = await run('server', 'info', 'good', '--json')
  expect(used.code).toBe(0)
  expect(used.err).toContain('Server "good": unknown key "comand" (did you mean "command"?)')
  await write('.cursor/mcp.json', '{')
  const { err } = await run('server', 'info', 'other')
  expect(err).toContain(
    'Cannot find server "other": no configuration names it; 1 config file(s) could not be read; run "mcp-execution server list" to see all',
  )
})

test('an unknown server is answered with the nearest', async () => {
  await write('.claude/mcp.json', { mcpServers: { github: { command: 'x' } } })
  const { code, err } = await run('server', 'info', 'gihtub')
  expect(code).toBe(2)
  expect(err).toContain(
    'Cannot find server "gihtub": no configuration names it (did you mean "github"?)',
  )
})

test('an input is stored from stdin, and given to the server only', async () => {
  const { entry, trace } = await traced('asks')
  const args = [...(entry as { args: string[] }).args, '${input:key}']
  await write('.config/Code/User/mcp.json', {
    servers: { asks: { ...entry, args } },
    inputs: [{ id: 'key', type: 'promptString', password: true }],
  })
  expect((await run('server', 'info', 'asks')).code).toBe(2)
  const stored = await cli.run(['server', 'input', 'asks', 'key'], { stdin: 'the-secret\n' })
  expect(stored).toMatchObject({ code: 0, err: '' })
  expect((await run('server', 'info', 'asks')).code).toBe(0)
  expect(await readFile(trace, 'utf8')).toBe('stdio the-secret')
  const listed = await run('server', 'list', '--json')
  expect(listed.out).not.toContain('the-secret')
})

describe('config', () => {
  test('what is set holds from the next run on; what is unknown is refused', async () => {
    expect(await json('config', 'get', 'runtime.max_tools')).toBe(1000)
    expect((await run('config', 'set', 'runtime.max_tools', '3')).code).toBe(0)
    expect(await json('config', 'get', 'runtime.max_tools')).toBe(3)
    const limited = await run('server', 'info', '--json', '--', node, everything)
    expect(limited.code).toBe(3)
    expect(JSON.parse(limited.err)).toMatchObject({ code: 'TOOL_LIMIT' })
    expect((await run('config', 'unset', 'runtime.max_tools')).code).toBe(0)
    expect((await run('server', 'info', '--', node, everything)).code).toBe(0)

    const unknown = await run('config', 'set', 'runtime.max_tool', '3')
    expect(unknown.code).toBe(2)
    expect(unknown.err).toContain('there is no such key (did you mean "runtime.max_tools"?)')
    expect((await run('config', 'set', 'runtime.max_tools', '0')).code).toBe(2)
  })

  test('general.format changes how results are printed, and flags still win', async () => {
    await run('config', 'set', 'general.format', 'json')
    expect(JSON.parse((await run('server', 'list')).out)).toMatchObject({ total_servers: 0 })
    expect((await run('server', 'list', '--format', 'text')).out).toBe('')
  })

  test('a broken file stops every command but config, which says where it is', async () => {
    const path = (await run('config', 'path', '--format', 'text')).out.trim()
    await write('.config/mcp-execution/config.toml', '[general]\nformat = \n')
    const { code, err } = await run('server', 'list')
    expect({ code, named: err.includes('config.toml": it is not TOML') }).toEqual({
      code: 2,
      named: true,
    })
    expect(path).toBe(join(cli.home, '.config/mcp-execution/config.toml'))
    expect((await run('config', 'path')).code).toBe(0)
  })

  test('twelve writers at once lose nothing', async () => {
    const keys = ['max_calls', 'cache_entries', 'max_tools', 'memory_mb']
    const sets = Array.from({ length: 12 }, (_, index) =>
      run('config', 'set', `runtime.${keys[index % keys.length] ?? ''}`, String(index + 1)),
    )
    expect((await Promise.all(sets)).map(({ code }) => code)).toEqual(Array(12).fill(0))
    const shown = await run('config', 'show', '--format', 'text')
    for (const key of keys) expect(shown.out).toMatch(new RegExp(`^runtime.${key}=\\d+$`, 'm'))
    const text = await readFile(join(cli.home, '.config/mcp-execution/config.toml'), 'utf8')
    expect(text.split('\n').filter(line => line.includes('=')).length).toBe(4)
  })
})

test('install and uninstall through the command line', async () => {
  const file = await write('.cursor/mcp.json', '{\n  "mcpServers": {} // none yet\n}\n')
  const dry = await json('install', 'cursor', '--dry-run')
  expect(dry).toMatchObject({ client: 'cursor', file, changed: true })
  expect(await readFile(file, 'utf8')).toBe('{\n  "mcpServers": {} // none yet\n}\n')
  expect((await run('install', 'cursor')).code).toBe(0)
  const written: unknown = JSON.parse((await readFile(file, 'utf8')).replace('// none yet', ''))
  expect(written).toMatchObject({ mcpServers: { 'mcp-execution': { args: expect.any(Array) } } })
  const { out } = await run('install', '--format', 'text')
  expect(out).toContain('cursor\tinstalled\n')
  expect((await run('install', 'cursor', '--undo')).code).toBe(0)
  expect(await readFile(file, 'utf8')).toBe('{\n  "mcpServers": {} // none yet\n}\n')
})

test('what install writes really starts our server', async () => {
  await run('install', 'claude-desktop')
  const file = join(cli.home, '.config/Claude/claude_desktop_config.json')
  const { mcpServers } = JSON.parse(await readFile(file, 'utf8')) as {
    mcpServers: Record<string, { command: string; args: string[] }>
  }
  const { command = '', args = [] } = mcpServers['mcp-execution'] ?? {}
  const { code, out } = await run('server', 'validate', '--', command, ...args)
  expect({ code, out }).toMatchObject({ code: 0 })
})
