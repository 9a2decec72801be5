import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type Cli, newCli, node, root, testServer } from './cli.ts'

const run = promisify(execFile)

let cli: Cli
beforeEach(async () => {
  cli = await newCli()
  const [command, ...args] = testServer('calls')
  const file = join(cli.home, 'servers.json')
  await writeFile(file, JSON.stringify({ mcpServers: { calls: { command, args } } }))
})
afterEach(async () => {
  await cli.remove()
})

test('a tool is called by its wire name, and by its name in the generated tree', async () => {
  for (const name of ['structured_only', 'structuredOnly']) {
    const ran = await cli.run(['--config', 'servers.json', 'call', `calls.${name}`, '{}'])
    expect([name, ran.code, ran.err]).toEqual([name, 0, ''])
  }
})

test('a tool the server does not have by either name is bad input', async () => {
  const ran = await cli.run(['--config', 'servers.json', 'call', 'calls.structuredOnli', '{}'])
  expect(ran.code).toBe(2)
  expect(JSON.parse(ran.err)).toMatchObject({ code: 'TOOL_NOT_FOUND' })
})

test.each(['-', '@/dev/stdin'])(
  'arguments from %s are read once, whatever the name',
  async from => {
    const cliFile = join(root, 'dist/bin/mcp-execution-cli.js')
    const words = ['--config', 'servers.json', 'call', 'calls.structuredOnly', from]
    // A pipe, as in a shell: Node's own is a socket, which no path opens.
    const script = `printf '{"a":1}' | "$0" "$@"`
    const { stdout, stderr } = await run('/bin/sh', ['-c', script, node, cliFile, ...words], {
      cwd: cli.home,
      env: cli.env,
    })
    expect([stderr, JSON.parse(stdout)]).toEqual(['', [1, 'two', null]])
  },
)

test('without a tool, the tools there are are named in quotes', async () => {
  const ran = await cli.run(['--config', 'servers.json', 'call', 'calls'])
  expect([ran.code, ran.out]).toEqual([2, ''])
  expect(JSON.parse(ran.err)).toMatchObject({
    code: 'INVALID_ARGUMENT',
    error: expect.stringMatching(/with one of: "big", "changes", "count", "dies", "echo", /),
  })
})
