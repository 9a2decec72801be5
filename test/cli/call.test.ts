import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type Cli, newCli, testServer } from './cli.ts'

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
