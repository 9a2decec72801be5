import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import { describe, expect, test } from 'vitest'

import { main } from './main.ts'
import type { Surroundings } from './world.ts'

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(...argv: string[]): Promise<Ran> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const surroundings: Surroundings = {
    env: {},
    home: '/home/someone',
    cwd: '/home/someone/work',
    tmpdir: '/tmp',
    platform: 'linux',
    io: {
      stdin: new PassThrough().end(),
      stdout,
      stderr,
      isTerminal: { in: true, out: false, err: false },
      columns: 80,
    },
    signal: new AbortController().signal,
    now: () => 0,
  }
  const code = await main(argv, surroundings, { binary: 'mcp-execution' })
  stdout.end()
  stderr.end()
  return { code, out: await text(stdout), err: await text(stderr) }
}

describe('the command line', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])(
    '%j prints help on stdout and exits 0',
    async argv => {
      const { code, out, err } = await run(...argv)
      expect({ code, err, first: out.split('\n')[0] }).toEqual({
        code: 0,
        err: '',
        first: 'Examples:',
      })
    },
  )

  test('help fits in 80 columns', async () => {
    const { out } = await run('--help')
    // Examples are there to be copied, and stay on one line.
    const usage = out.slice(out.indexOf('Usage:'))
    expect(usage.split('\n').filter(line => line.length > 80)).toEqual([])
  })

  test('help of a command starts with its examples', async () => {
    const { code, out } = await run('setup', '--help')
    expect({ code, first: out.split('\n')[0] }).toEqual({ code: 0, first: 'Examples:' })
  })

  test('--version names the version, node and the platform', async () => {
    const { code, out } = await run('--version')
    expect(code).toBe(0)
    expect(out).toMatch(/^mcp-execution \d+\.\d+\.\d+ \(node \d+\.\d+\.\d+, \w+-\w+\)\n$/)
  })

  test.each([
    [['stup'], "unknown command 'stup'; did you mean setup?"],
    [['setup', '--jsn'], "unknown option '--jsn'; did you mean --json?"],
    [['setup', '--zzzzzz'], 'unknown option \'--zzzzzz\'; see "mcp-execution setup --help"'],
    [
      ['setup', 'extra'],
      'too many arguments for \'setup\'. Expected 0 arguments but got 1; see "mcp-execution setup --help"',
    ],
    [
      ['setup', '-v', '-q'],
      '--verbose and --quiet exclude each other; see "mcp-execution setup --help"',
    ],
  ])('%j is bad input: %s', async (argv, what) => {
    expect(await run(...argv)).toEqual({
      code: 2,
      out: '',
      err: `error Cannot read the command line: ${what} [INVALID_ARGUMENT]\n`,
    })
  })

  test.each([
    ['pretty, the default', []],
    ['pretty', ['--format', 'pretty']],
  ])('%s is for people', async (_name, flags) => {
    const { out } = await run('setup', ...flags)
    expect(out).toContain('Node')
  })

  test.each([[['--json']], [['--format', 'JSON']], [['--format=json']]])(
    '%j prints JSON indented by two, before or after the command',
    async flags => {
      const after = await run('setup', ...flags)
      const before = await run(...flags, 'setup')
      expect(after.out).toBe(`${JSON.stringify(JSON.parse(after.out), undefined, 2)}\n`)
      expect(before.out).toBe(after.out)
    },
  )

  test('errors under --json are one JSON document on stderr with error and code', async () => {
    const { code, out, err } = await run('stup', '--json')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(JSON.parse(err)).toEqual({
      error: "Cannot read the command line: unknown command 'stup'; did you mean setup?",
      code: 'INVALID_ARGUMENT',
    })
  })

  test('an unknown format is bad input', async () => {
    const { code, err } = await run('setup', '--format', 'xml')
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are pretty, text, json')
  })
})
