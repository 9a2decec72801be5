/** `execute`, `search` and `describe` as a person runs them: the built command line, real servers, the daemon. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import wabt from 'wabt'

import { published } from './harness.ts'

const cli = fileURLToPath(new URL('../../dist/bin/mcp-execution-cli.js', import.meta.url))
let home: string

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

async function run(args: readonly string[], stdin = ''): Promise<Ran> {
  const env = { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: join(home, 'run') }
  const child = spawn(process.execPath, [cli, ...args], { cwd: home, env, stdio: 'pipe' })
  child.stdin.end(stdin)
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, out, err }
}

async function execute(program: string, ...flags: readonly string[]): Promise<Ran> {
  return await run(['execute', '-', ...flags], program)
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'execute-'))
  await mkdir(join(home, 'run'), { mode: 0o700 })
  await mkdir(join(home, '.claude'))
  const [command, ...args] = published('everything', ['stdio'])
  await writeFile(
    join(home, '.claude', 'mcp.json'),
    JSON.stringify({ mcpServers: { everything: { command, args } } }),
  )
  const tools = await wabt()
  const wat = `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "_start") (call $exit (i32.const 7))))`
  await writeFile(join(home, 'module.wasm'), tools.parseWat('module.wat', wat).toBinary({}).buffer)
})
afterAll(async () => {
  await run(['daemon', 'stop'])
  await rm(home, { recursive: true, force: true })
})

describe('execute', () => {
  test('prints the value of a program, and calls tools through the daemon', async () => {
    expect(await execute(`return await callTool('everything', 'get-sum', { a: 1, b: 2 })`)).toEqual(
      {
        code: 0,
        out: 'The sum of 1 and 2 is 3.\n',
        err: '',
      },
    )
  })

  test('takes a file, its input, and writes what it logs to stderr', async () => {
    await writeFile(
      join(home, 'p.ts'),
      `const n: number = input.n\nconsole.log('n is', n)\nexport default { twice: n * 2 }`,
    )
    expect(await run(['execute', 'p.ts', '--input', '{"n": 4}'])).toEqual({
      code: 0,
      out: '{\n  "twice": 8\n}\n',
      err: 'n is 4\n',
    })
  })

  test.each([
    ['absent.ts', 'there is no such file; give a path, or - for stdin [NOT_FOUND]'],
    ['.', 'it is a folder; give the program in it [INVALID_ARGUMENT]'],
  ])('that cannot be read, %s, says why: exit 2', async (file, how) => {
    expect(await run(['execute', file])).toEqual({
      code: 2,
      out: '',
      err: `error Cannot read "${file}": ${how}\n`,
    })
  })

  test('stops a wrong program before anything is called: exit 2', async () => {
    const { code, out, err } = await execute(
      `await callTool('everything', 'get-sum', { a: 1, c: 2 })`,
    )
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(
      /^error Cannot run the program: 1 error, nothing was called\n1:49 TS\d+ .*'c' does not exist/,
    )
    expect(err).toContain('Signature: getSum(')
  })

  test.each([
    { why: 'a program that throws', program: 'throw new Error("no")', flags: [], code: 1 },
    { why: 'fuel', program: 'for (;;) {}', flags: ['--fuel', '100000'], code: 3 },
    {
      why: 'time',
      program: 'await new Promise(resolve => setTimeout(resolve, 60000))',
      flags: ['--timeout', '0.2'],
      code: 4,
    },
    {
      why: 'memory',
      program: 'const a = []\nfor (;;) a.push("x".repeat(100000))',
      flags: ['--memory', '4'],
      code: 3,
    },
    {
      why: 'calls',
      program: 'await listServers()\nawait listServers()\nreturn 1',
      flags: ['--max-calls', '1'],
      code: 3,
    },
    { why: 'a deadlock', program: 'await new Promise(() => {})', flags: [], code: 1 },
    { why: 'memory out of range', program: 'return 1', flags: ['--memory', '1024'], code: 2 },
    { why: 'an unknown profile', program: 'return 1', flags: ['--profile', 'lax'], code: 2 },
    { why: 'input that is no JSON', program: 'return 1', flags: ['--input', '{'], code: 2 },
    {
      why: 'a server the session may not use',
      program: `return callTool('everything', 'echo', { message: 'x' })`,
      flags: ['--servers', 'other'],
      code: 2,
    },
  ])('$why exits with $code', async ({ program, flags, code }) => {
    expect((await execute(program, ...flags)).code).toBe(code)
  })

  test('no name or message of an error reaches the terminal as control characters', async () => {
    const { code, err } = await execute(
      `throw Object.assign(new Error('\\u001B[2Jno'), { name: '\\u001B[31mRed\\nTwo' })`,
    )
    expect(code).toBe(1)
    expect(err.split('\n')[0]).toBe(
      'error Cannot finish the program: Red Two: no at program.ts:1:25',
    )
  })

  test('--no-check runs what the checker would stop', async () => {
    expect(await execute('const x: string = 1\nreturn x', '--no-check')).toMatchObject({
      code: 0,
      out: '1\n',
    })
  })

  test('--format json tells everything, and text the same on one line', async () => {
    const { out } = await execute('log("info", "hi")\nreturn [1]', '--format', 'json')
    const data = JSON.parse(out)
    expect(data).toMatchObject({
      status: 'completed',
      value: [1],
      check: { status: 'passed' },
      logs: [{ level: 'info', message: 'hi' }],
      usage: { host_calls: 1, cache_hit: false },
    })
    expect(data.usage.fuel).toBeGreaterThan(0)
    expect(data.session).toMatch(/^session_/)
    const line = await execute('return [1]', '--format', 'text')
    expect(line.out.split('\n').length).toBe(2)
    expect(JSON.parse(line.out).value).toEqual([1])
  })

  test('a failure under json is a document on stdout and an error on stderr', async () => {
    const { code, out, err } = await execute('\nreturn nope', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      status: 'rejected',
      diagnostics: [{ line: 2, column: 8, code: 'TS2304' }],
    })
    expect(JSON.parse(err)).toMatchObject({ code: 'PROGRAM_INVALID' })
  })

  test.each([
    {
      program: 'throw new Error("x")',
      flags: [],
      data: { error: { code_frame: expect.any(String) } },
    },
    {
      program: 'for (;;) {}',
      flags: ['--fuel', '100000'],
      data: { limit: 'fuel', after_ms: expect.any(Number) },
    },
  ])('json spells every key of ours one way: $program', async ({ program, flags, data }) => {
    const { out } = await execute(program, '--json', ...flags)
    expect(JSON.parse(out)).toMatchObject(data)
    expect(out).not.toMatch(/^ *"[a-z]+[A-Z]\w*":/m)
  })

  test('--trace tells of every host call', async () => {
    const { err } = await execute(
      `await callTool('everything', 'echo', { message: 'x' })\nsetState('k', 1)`,
      '--trace',
    )
    expect(err.split('\n').map(line => line.replace(/^[\s\d.]+ms[\s\d.]+ms\s+/, ''))).toEqual([
      'ok      callTool everything.echo',
      'ok      setState k',
      '',
    ])
  })

  test('--session carries state from process to process', async () => {
    await execute(`setState('seen', 3)`, '--session', 'mine')
    expect((await execute(`return getState('seen')`, '--session', 'mine')).out).toBe('3\n')
    expect((await execute(`return getState('seen') ?? 'nothing'`)).out).toBe('nothing\n')
  })

  test('a value too big is kept, and the next program of the session opens it', async () => {
    const first = await execute(
      'return Array.from({ length: 50000 }, (_, n) => n)',
      '--session',
      'big',
      '--json',
    )
    const { stored, session } = JSON.parse(first.out)
    expect([stored.handle, stored.count, session]).toEqual(['r1', 50000, 'big'])
    expect((await execute(`return (await results.get('r1')).length`, '--session', 'big')).out).toBe(
      '50000\n',
    )
  })

  test('a server of its own comes after --', async () => {
    const [command = '', ...args] = published('memory')
    const { out } = await run(
      ['execute', '-', '--name', 'own', '--', command, ...args],
      `return callTool('own', 'read_graph', {})`,
    )
    expect(JSON.parse(out)).toEqual({ entities: [], relations: [] })
  })

  test('a module runs, exits with its own code, and lists its exports', async () => {
    expect(
      await run(['execute', 'module.wasm', '--entry', 'add', '-a', 'i32:2', '-a', 'i32:-5']),
    ).toMatchObject({ code: 0, out: '-3\n' })
    expect((await run(['execute', 'module.wasm'])).code).toBe(7)
    expect(
      JSON.parse((await run(['execute', 'module.wasm', '--list-exports', '--json'])).out),
    ).toEqual([
      { name: 'add', parameters: ['i32', 'i32'], results: ['i32'] },
      { name: '_start', parameters: [], results: [] },
    ])
    expect((await run(['execute', 'module.wasm', '--entry', 'sub'])).code).toBe(2)
  })

  test('what ran is counted by stats runtime', async () => {
    const before = JSON.parse((await run(['stats', 'runtime', '--json'])).out)
    await execute('return 1')
    await execute('return nope_')
    const after = JSON.parse((await run(['stats', 'runtime', '--json'])).out)
    expect(after.executions - before.executions).toBe(2)
    expect(after.completed - before.completed).toBe(1)
    expect(after.rejected - before.rejected).toBe(1)
  })
})

describe('search and describe', () => {
  test('search ranks tools', async () => {
    const { code, out } = await run(['search', 'sum', 'two', 'numbers', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out).tools[0]).toMatchObject({
      server: 'everything',
      tool: 'get-sum',
      typescript_name: 'getSum',
    })
    expect((await run(['search', 'zzzzqqqq'])).code).toBe(2)
  })

  test('describe prints a signature, with and without words', async () => {
    const full = await run(['describe', 'everything.get-sum'])
    const compact = await run(['describe', 'everything.get-sum', '--compact'])
    expect(full.out).toContain('getSum(')
    expect(compact.out.length).toBeLessThan(full.out.length)
    expect(await run(['describe', 'everything.get-sim'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "get-sum"?'),
    })
    expect((await run(['describe', 'everything', '--format', 'text'])).out).toContain('getSum')
  })
})
