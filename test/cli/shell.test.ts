import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { gone } from '../daemon/home.ts'
import { type Cli, ended, newCli, node, root, testServer, until } from './cli.ts'

const run = promisify(execFile)
const escape = String.fromCharCode(27)
let cli: Cli

beforeAll(async () => {
  cli = await newCli()
})
afterAll(() => cli.remove())

describe('both binaries', () => {
  test.each(['mcp-execution', 'mcp-execution-cli'] as const)('%s --help is help', async binary => {
    const { code, out, err } = await cli.run(['--help'], { binary })
    expect({ code, err, usage: out.includes(`Usage: ${binary} [options] [command]`) }).toEqual({
      code: 0,
      err: '',
      usage: true,
    })
  })

  test('mcp-execution-cli without arguments is help, and never serves', async () => {
    const { code, out } = await cli.run([], { stdin: '{"jsonrpc":"2.0","id":1,"method":"ping"}\n' })
    expect({ code, first: out.split('\n')[0] }).toEqual({ code: 0, first: 'Examples:' })
  })
})

describe('colour', () => {
  test('there is none off a terminal', async () => {
    const ran = await cli.run(['setup'])
    expect(ran.out + ran.err).not.toContain(escape)
  })

  test('FORCE_COLOR brings it, NO_COLOR and --no-color take it away again', async () => {
    const env = { FORCE_COLOR: '1' }
    expect((await cli.run(['setup'], { env })).out).toContain(escape)
    expect((await cli.run(['setup', '--no-color'], { env })).out).not.toContain(escape)
    expect((await cli.run(['setup'], { env: { ...env, NO_COLOR: '1' } })).out).not.toContain(escape)
  })
})

describe('errors', () => {
  test('are one line without a stack; -v adds the stack', async () => {
    const plain = await cli.run(['introspect', '--', '/nonexistent/server'])
    expect(plain).toMatchObject({ code: 3, out: '' })
    expect(plain.err.trimEnd().split('\n')).toHaveLength(1)
    expect(plain.err).toMatch(/^error Cannot .* \[SERVER_UNREACHABLE\]\n$/)
    const verbose = await cli.run(['introspect', '-v', '--', '/nonexistent/server'])
    expect(verbose.err).toMatch(/\n\s+at /)
  })

  test('under --json are an object with error and code', async () => {
    const { err } = await cli.run(['introspect', '--json', '--', '/nonexistent/server'])
    expect(JSON.parse(err)).toMatchObject({
      error: expect.stringMatching(/^Cannot /),
      code: 'SERVER_UNREACHABLE',
    })
  })

  test('under --format text start with their code', async () => {
    const { err } = await cli.run(['introspect', '--format', 'text', '--', '/nonexistent/server'])
    expect(err).toMatch(/^SERVER_UNREACHABLE: Cannot /)
  })
})

test('a reader that goes away ends us quietly', async () => {
  const binary = join(root, 'dist/bin/mcp-execution-cli.js')
  const { stdout, stderr } = await run(
    'sh',
    ['-c', '"$0" "$1" complete -- "" | head -n 1; exit 0', node, binary],
    { env: { ...cli.env } },
  )
  expect({ lines: stdout.split('\n').length, stderr }).toEqual({ lines: 2, stderr: '' })
})

describe('Ctrl-C', () => {
  test('once: ends with 130 and leaves no server behind', async () => {
    const child = cli.start(['introspect', '-v', '--', ...testServer('wire', 'hang-initialize')])
    const over = ended(child)
    await serverOf(child.pid)
    child.kill('SIGINT')
    expect(await over).toMatchObject({
      code: 130,
      out: '',
      err: expect.stringMatching(/interrupted/),
    })
    expect(await childrenOf(child.pid)).toEqual([])
  })

  test('twice: ends at once, without waiting for a server that takes its time, and leaves none behind', async () => {
    const left = join(cli.home, 'stdin-ended')
    const args = ['introspect', '--', ...testServer('lifecycle', 'lingers', left)]
    const child = cli.start(args)
    const over = ended(child)
    await serverOf(child.pid)
    child.kill('SIGINT')
    // The first has closed the server's stdin, and now waits for it to go.
    while (!existsSync(left)) await new Promise(resolve => setImmediate(resolve))
    child.kill('SIGINT')
    // Had it waited, it would have said that it was interrupted.
    expect(await over).toEqual({ code: 130, out: '', err: '' })
    await gone(Number(readFileSync(left, 'utf8')))
  })

  test('while a tree is written: the old one stands', async () => {
    const child = cli.start([
      'generate',
      '--name',
      'x',
      '--watch',
      '--',
      ...testServer('listing', 'good'),
    ])
    await until(child.stdout, 'Generated')
    const over = ended(child)
    child.kill('SIGTERM')
    expect(await over).toMatchObject({ code: 130 })
    const { readdir } = await import('node:fs/promises')
    expect(await readdir(join(cli.home, '.claude/servers'))).toEqual(['x'])
  })
})

/** Waits until a process has a child. */
async function serverOf(pid: number | undefined): Promise<void> {
  while ((await childrenOf(pid)).length === 0) await new Promise(resolve => setImmediate(resolve))
}

async function childrenOf(pid: number | undefined): Promise<string[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.split('\n').filter(line => line.trim() !== '')
}

describe('setup', () => {
  test('says what works and what to do next, in three formats', async () => {
    const { code, out } = await cli.run(['setup', '--json'])
    const { ready, checks, next } = JSON.parse(out)
    expect({ code, ready }).toEqual({ code: 0, ready: true })
    const names = checks.map(({ name }: { name: string }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['node', 'servers', 'trees', 'executable', 'daemon', 'clients']),
    )
    expect(next.length).toBeGreaterThan(0)
    const text = await cli.run(['setup', '--format', 'text'])
    expect(text.out.trimEnd().split('\n')).toHaveLength(checks.length)
  })

  test('gives tool files their executable bit back', async () => {
    const { chmod, stat } = await import('node:fs/promises')
    await cli.run(['generate', '--name', 'bits', '--', ...testServer('echo')])
    const file = join(cli.home, '.claude/servers/bits/echo.ts')
    await chmod(file, 0o644)
    const { out } = await cli.run(['setup', '--json'])
    const { checks } = JSON.parse(out)
    expect(checks.find(({ name }: { name: string }) => name === 'executable').message).toMatch(
      /^1 of \d+ tool files were made executable$/,
    )
    expect((await stat(file)).mode & 0o111).toBe(0o111)
  })
})
