import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { expect, test } from 'vitest'

import type * as library from '../../src/index.ts'
import { node, root, testServer } from '../cli/cli.ts'

async function entry(name: string): Promise<Record<string, unknown>> {
  const loaded: unknown = await import(pathToFileURL(join(root, 'dist', `${name}.js`)).href)
  return Object.fromEntries(Object.entries(Object(loaded)))
}

test.each([
  {
    name: 'index',
    values: ['ExecutionError', 'connect', 'exitCodeOf', 'introspect', 'openExecution'],
  },
  {
    name: 'codegen',
    values: [
      'assignNames',
      'callDeclarations',
      'compileSchema',
      'declarations',
      'describe',
      'generate',
      'indexLine',
      'nameTools',
      'parseTreeMeta',
      'sandboxModules',
      'serversMount',
      'signatureOf',
      'summaryOf',
      'toolModule',
      'wireNameOf',
    ],
  },
  {
    name: 'server',
    values: ['exposeTools', 'openBackend', 'ourSurface', 'serveOverHttp', 'serveOverStdio'],
  },
])('the entry point $name exports exactly what is documented', async ({ name, values }) => {
  expect(Object.keys(await entry(name)).toSorted()).toEqual(values)
})

test('a program that embeds us runs one of its own over a server of its own', async () => {
  const home = await mkdtemp(join(tmpdir(), 'library-'))
  const { openExecution } = (await entry('index')) as unknown as typeof library
  const [, ...args] = testServer('echo')
  const env = { PATH: process.env['PATH'], HOME: home, MCP_EXECUTION_NO_DAEMON: '1' }
  await using runtime = openExecution({
    env,
    cwd: home,
    servers: { echo: { command: node, args } },
  })
  const session = runtime.session()
  const found = await session.search('echo')
  expect(found.tools.map(({ server, tool }) => [server, tool])).toEqual([['echo', 'echo']])
  const wrong = await session.execute(`import { echoo } from 'echo'`)
  expect(wrong.status).toBe('rejected')
  const right = await session.execute(`import { echo } from 'echo'\nreturn await echo({ a: 1 })`)
  expect(right).toMatchObject({ status: 'completed', value: { a: 1 } })
  await rm(home, { recursive: true, force: true })
})
