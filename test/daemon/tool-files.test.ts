import { spawn } from 'node:child_process'
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { isAlive } from '../../src/runtime/index.ts'
import { ended, type Ran, testServer, until } from '../cli/cli.ts'
import { node24 } from '../node24.ts'
import { gone, newUser, type User } from './home.ts'

const node = node24()
let user: User
beforeEach(async () => {
  user = await newUser()
})
afterEach(() => user[Symbol.asyncDispose]())

const treeOf = (name: string): string => join(user.cli.home, '.claude/servers', name)

async function generate(name: string, ...command: readonly string[]): Promise<void> {
  const ran = await user.run(['generate', '--name', name, ...command])
  if (ran.code !== 0) throw new Error(ran.err)
}

async function runFile(
  file: string,
  args: readonly string[] = [],
  { env = {}, stdin = '' }: { readonly env?: Path['env']; readonly stdin?: string } = {},
): Promise<Ran> {
  const child = spawn(node ?? '', [file, ...args], {
    cwd: user.cli.home,
    env: { ...user.env, ...env },
    stdio: 'pipe',
  })
  child.stdin.end(stdin)
  return await ended(child)
}

interface Path {
  readonly through: string
  readonly env: Readonly<Record<string, string>>
}

const paths: readonly Path[] = [
  { through: 'the daemon', env: {} },
  { through: 'its own connection', env: { MCP_EXECUTION_NO_DAEMON: '1' } },
]

describe.skipIf(node === undefined).each(paths)('a tool file through $through', ({ env }) => {
  beforeEach(() => generate('calls', '--', ...testServer('calls')))

  test.each([
    { why: 'JSON', args: ['{"value":1}'] },
    { why: 'stdin', args: ['-'], stdin: '{"value":1}' },
    { why: 'a flag', args: ['--value', '1'] },
    { why: 'a pair', args: ['value=1'] },
  ])('takes its arguments as $why', async ({ args, stdin = '' }) => {
    const ran = await runFile(join(treeOf('calls'), 'echo.ts'), args, { env, stdin })
    expect(ran).toEqual({ code: 0, out: '{\n  "value": 1\n}\n', err: '' })
  })

  test.each([
    { tool: 'structured', args: { value: 'x' }, value: { value: 'x' } },
    { tool: 'structuredOnly', args: {}, value: [1, 'two', null] },
    { tool: 'empty', args: {}, value: null },
    { tool: 'noContent', args: {}, value: null },
  ])('$tool gives $value', async ({ tool, args, value }) => {
    const ran = await runFile(join(treeOf('calls'), `${tool}.ts`), [JSON.stringify(args)], { env })
    expect(JSON.parse(ran.out)).toEqual(value)
  })

  test('every kind of content arrives, in order', async () => {
    const ran = await runFile(join(treeOf('calls'), 'everyKind.ts'), [], { env })
    const kinds = JSON.parse(ran.out).map((part: unknown) =>
      typeof part === 'object' && part !== null && 'type' in part ? part.type : part,
    )
    expect(kinds).toEqual([
      'first',
      { json: true },
      'image',
      'audio',
      'resource',
      'resource',
      'resource_link',
      'x-future-kind',
    ])
  })

  test.each([
    [{ result: { content: 'text' }, error: null }, [0, '"text"\n', '']],
    [{ result: { content: ['a'] } }, [0, '"a"\n', '']],
    [{ result: null, error: { code: -32_000, message: 'no' } }, [3, '', 'SERVER_PROTOCOL']],
    [{ result: 'text' }, [3, '', 'SERVER_PROTOCOL']],
    [{ error: 'text' }, [3, '', 'SERVER_PROTOCOL']],
    [{}, [3, '', 'SERVER_PROTOCOL']],
  ])(
    'takes no broken answer for a result, and no odd one for none: %j',
    async (answer, expected) => {
      await generate('wire', '--', ...testServer('wire', 'as-told'))
      const ran = await runFile(join(treeOf('wire'), 'echo.ts'), [JSON.stringify(answer)], { env })
      const said: unknown = ran.err === '' ? '' : JSON.parse(ran.err).code
      expect([ran.code, ran.out, said]).toEqual(expected)
    },
  )

  test('a failing tool leaves with 1 and its structured detail; a bad argument with 2', async () => {
    const failed = await runFile(join(treeOf('calls'), 'fails.ts'), [], { env })
    expect(failed).toMatchObject({ code: 1, out: '' })
    expect(JSON.parse(failed.err)).toEqual({
      error: 'the disk is full',
      code: 'TOOL_FAILED',
      details: { code: 'ENOSPC', free: 0 },
    })
    const bad = await runFile(join(treeOf('calls'), 'echo.ts'), ['{"value":'], { env })
    expect(bad.code).toBe(2)
    expect(JSON.parse(bad.err)).toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test('wrong arguments leave with 2 and name the place; the server is not even started', async () => {
    const catalog = join(user.cli.home, 'tools.json')
    const inputSchema = {
      type: 'object',
      properties: { size: { type: 'integer' } },
      required: ['size'],
    }
    await writeFile(catalog, JSON.stringify([{ name: 'grow', inputSchema }]))
    const [command = '', script = ''] = testServer('from-file')
    const server = join(user.cli.home, 'server.mjs')
    await cp(script, server)
    await generate('sized', '--', command, server, catalog)
    await rm(server)
    const file = join(treeOf('sized'), 'grow.ts')
    const wrong = await runFile(file, ['{"size":"big"}'], { env })
    expect(wrong).toMatchObject({ code: 2, out: '' })
    const { code, error } = JSON.parse(wrong.err)
    expect(code).toBe('VALIDATION')
    expect(error).toMatch(
      /^Cannot call tool "grow": "\/size": .*; expected: grow\(\{ size: \w+ \}\)$/,
    )
    expect((await runFile(file, ['{"size":1}'], { env })).code).toBe(3)
  })

  test('used as a library, many calls share a connection and the process ends by itself', async () => {
    const program = join(treeOf('calls'), 'program.ts')
    await writeFile(
      program,
      `import { count } from './count.ts'
import { fails } from './fails.ts'
import { ToolError } from './_runtime/mcp-bridge.ts'
const counts = await Promise.all([count({}), count({}), count({})])
const failure = await fails({}).catch(error => error instanceof ToolError && [error.code, error.data])
console.log(JSON.stringify([counts, failure]))
`,
    )
    const ran = await runFile(program, [], { env })
    expect(ran).toMatchObject({ code: 0, err: '' })
    const [counts, failure] = JSON.parse(ran.out)
    expect(counts.map(({ counter }: { counter: number }) => counter).toSorted()).toEqual([1, 2, 3])
    expect(failure).toEqual(['TOOL_FAILED', { code: 'ENOSPC', free: 0 }])
    const through = (await user.run(['daemon', 'status'])).code === 0 ? 'the daemon' : 'its own'
    expect(through).toBe(env['MCP_EXECUTION_NO_DAEMON'] === undefined ? 'the daemon' : 'its own')
  })

  test('works through a symlink and from a folder with spaces', async () => {
    const spaced = join(user.cli.home, 'my servers here')
    await mkdir(spaced)
    await rename(treeOf('calls'), join(spaced, 'calls'))
    await symlink(join(spaced, 'calls'), join(user.cli.home, 'linked'))
    const ran = await runFile(join(user.cli.home, 'linked/echo.ts'), ['{"value":"é"}'], { env })
    expect(ran).toEqual({ code: 0, out: '{\n  "value": "é"\n}\n', err: '' })
  })

  test.each([
    { kind: 'a well-behaved server', server: ['calls'] },
    { kind: 'a server that ignores the end of its input', server: ['lifecycle', 'ignores-eof'] },
  ])('kill -9 in the middle of a call leaves nothing of $kind behind', async ({ server }) => {
    const [name = '', ...args] = server
    await generate('killed', '--', ...testServer(name, ...args))
    const tool = name === 'calls' ? 'pid' : 'pids'
    const program = join(treeOf('killed'), 'program.ts')
    const lines = [
      `import { ${tool} } from './${tool}.ts'`,
      `console.log([await ${tool}({} as never)].flat().join())`,
      `setInterval(() => {}, 1000)`,
    ]
    await writeFile(program, lines.join('\n'))
    const child = spawn(node ?? '', [program], { env: { ...user.env, ...env }, stdio: 'pipe' })
    const pid = Number((await until(child.stdout, '\n')).split(',')[0])
    child.kill('SIGKILL')
    await user.run(['daemon', 'stop'])
    await gone(pid)
    expect(isAlive(pid)).toBe(false)
  })
})

const web = [
  { kind: 'Streamable HTTP', mode: 'stateful', flag: '--http' },
  { kind: 'stateless HTTP', mode: 'stateless', flag: '--http' },
  { kind: 'streamed HTTP', mode: 'streaming', flag: '--http' },
  { kind: 'legacy SSE', mode: 'legacy-sse', flag: '--sse' },
  { kind: 'legacy SSE found behind --http', mode: 'legacy-sse', flag: '--http' },
]

describe.skipIf(node === undefined).each(web)('a tool file of a $kind server', ({ mode, flag }) => {
  test.each(paths)('is called through $through like any other', async ({ env }) => {
    const [command = '', ...args] = testServer('http', mode)
    const server = spawn(command, args, { stdio: 'pipe' })
    try {
      const url = (await until(server.stdout, '\n')).trim()
      await generate('web', flag, url)
      const ran = await runFile(join(treeOf('web'), 'echo.ts'), ['{"value":1}'], { env })
      expect(ran).toEqual({ code: 0, out: '{\n  "value": 1\n}\n', err: '' })
    } finally {
      server.kill()
    }
  })
})

test.skipIf(node === undefined).each(paths)(
  'a server of the stateless era is called through $through, with its headers',
  async ({ env }) => {
    const [command = '', ...args] = testServer('http', 'modern')
    const server = spawn(command, args, { stdio: 'pipe' })
    try {
      await generate('web', '--http', (await until(server.stdout, '\n')).trim())
      const ran = await runFile(join(treeOf('web'), 'headers.ts'), ['{"region":"é"}'], { env })
      expect(JSON.parse(ran.out)).toEqual({
        mcpMethod: 'tools/call',
        name: 'headers',
        region: '=?base64?w6k=?=',
      })
    } finally {
      server.kill()
    }
  },
)

describe.skipIf(node === undefined)('a tool file', () => {
  beforeEach(() => generate('calls', '--', ...testServer('calls')))

  test('--help prints its signature and how to give arguments', async () => {
    const ran = await runFile(join(treeOf('calls'), 'echo.ts'), ['--help'])
    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/export const echo = tool<[^]*Arguments, in any of these forms/)
  })

  test('whose reader has had enough ends without a word', async () => {
    const script = '"$0" "$1" \'{"bytes":3000000}\' | head -c 5'
    const args = ['-c', script, node ?? '', join(treeOf('calls'), 'big.ts')]
    const child = spawn('/bin/sh', args, { cwd: user.cli.home, env: user.env, stdio: 'pipe' })
    expect(await ended(child)).toEqual({ code: 0, out: '"xxxx', err: '' })
  })

  test('traces on stderr without secrets', async () => {
    const args = [JSON.stringify({ value: 'ok', api_token: 'hunter2', note: 'Bearer abc.def-123' })]
    const ran = await runFile(join(treeOf('calls'), 'echo.ts'), args, {
      env: { MCPBRIDGE_DEBUG: '1' },
    })
    expect(ran.err).toContain('mcp-bridge')
    expect(ran.err).not.toMatch(/hunter2|abc\.def/)
    expect(JSON.parse(ran.out)).toMatchObject({ value: 'ok' })
  })

  test('reads the envFile of its entry by itself, as the command line does', async () => {
    const project = join(user.cli.home, 'project')
    await mkdir(project)
    const write = (text: string): Promise<void> => writeFile(join(project, '.env'), text)
    await write('TOKEN="a b"\n')
    const [command, script] = testServer('calls')
    await user.configure({
      own: {
        command,
        args: [script],
        cwd: project,
        envFile: join(project, '.env'),
        env: { LANG: 'x' },
      },
    })
    expect((await user.run(['generate', 'own'])).code).toBe(0)
    const file = join(treeOf('own'), 'env.ts')
    const args = ['{"names":["TOKEN","LANG"]}']
    const ask = (env: Path['env']): Promise<Ran> => runFile(file, args, { env })
    const own = { MCP_EXECUTION_NO_DAEMON: '1' }
    const told = { TOKEN: 'a b', LANG: 'x' }
    expect(JSON.parse((await ask(own)).out)).toEqual(told)
    expect(JSON.parse((await ask({})).out)).toEqual(told)
    await write('LD_PRELOAD=/tmp/x.so\n')
    expect(JSON.parse((await ask(own)).err)).toMatchObject({ code: 'SECURITY_REFUSED' })
    await rm(join(project, '.env'))
    expect(JSON.parse((await ask(own)).err)).toMatchObject({ code: 'CONFIG_UNSET_VARIABLE' })
  })

  test('copied where nothing is registered, says what to do', async () => {
    await cp(treeOf('calls'), join(user.cli.home, 'copy'), { recursive: true })
    const env = { XDG_STATE_HOME: join(user.cli.home, 'other'), MCP_EXECUTION_NO_DAEMON: '1' }
    const ran = await runFile(join(user.cli.home, 'copy/echo.ts'), [], { env })
    expect(ran.code).toBe(2)
    expect(JSON.parse(ran.err)).toMatchObject({ code: 'SERVER_NOT_FOUND' })
  })
})
