import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Cli, newCli, node, root, testServer } from './cli.ts'

const run = promisify(execFile)
let cli: Cli
let path: string

beforeAll(async () => {
  cli = await newCli()
  const tools = join(cli.home, 'tools.json')
  const schema = { type: 'object' }
  await writeFile(
    tools,
    JSON.stringify([
      { name: 'create_issue', description: 'Creates\u001B[31m an issue', inputSchema: schema },
      { name: 'odd name', inputSchema: schema },
    ]),
  )
  await cli.run(['generate', '--name', 'tracker', '--', ...testServer('from-file', tools)])
  await writeFile(
    join(cli.home, '.claude/mcp.json'),
    JSON.stringify({ mcpServers: { github: { command: '/never/started' } } }),
  )
  // What a PATH holds after an installation.
  path = join(cli.home, 'bin')
  await mkdir(path)
  const command = join(path, 'mcp-execution')
  await writeFile(
    command,
    `#!/bin/sh\nexec ${node} ${join(root, 'dist/bin/mcp-execution.js')} "$@"\n`,
  )
  await chmod(command, 0o755)
})
afterAll(() => cli.remove())

async function suggestions(...words: string[]): Promise<string[]> {
  const { code, out } = await cli.run(['complete', '--', ...words], { binary: 'mcp-execution' })
  expect(code).toBe(0)
  return out
    .split('\n')
    .slice(0, -2)
    .map(line => line.split('\t')[0] ?? '')
}

describe('complete', () => {
  test('every command that help lists, and no hidden one', async () => {
    const { out } = await cli.run(['--help'])
    const commands = out.slice(out.indexOf('Get started:'))
    const listed = [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name)
    const suggested = await suggestions('')
    expect(new Set(suggested)).toEqual(new Set(listed))
    expect(suggested).toContain('generate')
    expect(suggested).not.toContain('demo')
  })

  test.each([
    [['gen'], ['generate']],
    [['server', 'appr'], ['approve']],
    [['generate', '--dr'], ['--dry-run']],
    [
      ['generate', '--mode', ''],
      ['progressive', 'sandbox', 'skill'],
    ],
    [
      ['generate', '--mode', 's'],
      ['sandbox', 'skill'],
    ],
    [
      ['generate', '--format', ''],
      ['pretty', 'text', 'json'],
    ],
    [
      ['introspect', ''],
      ['github', 'tracker'],
    ],
    [['introspect', '--from-config', 'g'], ['github']],
    [
      ['call', 'tracker.'],
      ['tracker.create_issue', 'tracker.oddName'],
    ],
    [
      ['completions', ''],
      ['bash', 'zsh', 'fish', 'powershell'],
    ],
  ])('%j gives %j', async (words, wanted) => {
    expect(await suggestions(...words)).toEqual(wanted)
  })

  test('descriptions are one clean line', async () => {
    const { out } = await cli.run(['complete', '--', 'call', 'tracker.c'])
    expect(out).toBe('tracker.create_issue\tCreates an issue\n:4\n')
  })
})

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What Tab offers after these words. */
async function tab(...words: string[]): Promise<string[]> {
  const script = join(cli.home, 'completion.bash')
  await writeFile(script, (await cli.run(['completions', 'bash'], { binary: 'mcp-execution' })).out)
  const typed = ['mcp-execution', ...words].map(
    word => `'${word.replaceAll("'", String.raw`'\''`)}'`,
  )
  const drive = `set -u; source "$1"; source "$1"
COMP_WORDS=(${typed.join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_mcp_execution; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await run('bash', ['--norc', '-c', drive, 'bash', script], {
    env: { ...cli.env, PATH: `${path}:${cli.env['PATH'] ?? ''}` },
  })
  return stdout.split('\n').filter(line => line !== '')
}

describe.skipIf(!has('bash'))('in bash', () => {
  test('the script parses', async () => {
    const { out } = await cli.run(['completions', 'bash'])
    expect(() => execFileSync('bash', ['-n'], { input: out })).not.toThrow()
  })

  test.each([
    [['gen'], ['generate']],
    [
      ['call', 'tracker.'],
      ['tracker.create_issue', 'tracker.oddName'],
    ],
    [
      ['generate', '--mode', 's'],
      ['sandbox', 'skill'],
    ],
    [['generate', '--mode', '=', 'sa'], ['sandbox']],
    [
      ['introspect', ''],
      ['github', 'tracker'],
    ],
  ])('Tab after %j offers %j', async (words, wanted) => {
    expect(await tab(...words)).toEqual(wanted)
  })

  test('nothing that was typed is run', async () => {
    const mark = join(cli.home, 'ran')
    await tab('introspect', `$(touch ${mark})`, '`touch ' + mark + '`', `;touch ${mark};`, '')
    const { existsSync } = await import('node:fs')
    expect(existsSync(mark)).toBe(false)
  })
})

describe.each(['zsh', 'fish'])('in %s', shell => {
  test.skipIf(!has(shell))('the script parses', async () => {
    const { out } = await cli.run(['completions', shell])
    const script = join(cli.home, `completion.${shell}`)
    await writeFile(script, out)
    expect(() => execFileSync(shell, ['-n', script])).not.toThrow()
  })
})

test.each(['zsh', 'fish', 'powershell'])('the script for %s asks us at every Tab', async shell => {
  const { code, out } = await cli.run(['completions', shell], { binary: 'mcp-execution' })
  expect(code).toBe(0)
  expect(out).toMatch(/mcp-execution complete '?--/)
})

test('an unknown shell is bad input', async () => {
  expect(await cli.run(['completions', 'tcsh'])).toMatchObject({ code: 2, out: '' })
})
