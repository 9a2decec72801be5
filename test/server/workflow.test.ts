import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { type Cli, newCli, node, root, testServer, until } from '../cli/cli.ts'

const memory = join(root, 'node_modules/@modelcontextprotocol/server-memory/dist/index.js')

let cli: Cli
const open: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  cli = await newCli()
})
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
  await cli.remove()
})

async function configure(servers: Record<string, readonly string[]>): Promise<string> {
  const entries = Object.entries(servers).map(([name, [command, ...args]]) => [
    name,
    { command, args, env: { MEMORY_FILE_PATH: join(cli.home, 'memory.jsonl') } },
  ])
  const file = join(cli.home, 'servers.json')
  await writeFile(file, JSON.stringify({ mcpServers: Object.fromEntries(entries) }))
  return file
}

async function overStdio(...args: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const binary = join(root, 'dist/bin/mcp-execution-cli.js')
  const command = { command: node, args: [binary, 'serve', ...args], env: { ...cli.env } }
  await client.connect(new StdioClientTransport({ ...command, cwd: cli.home }))
  open.push(() => client.close())
  return client
}

async function overHttp(...args: string[]): Promise<Client> {
  const server = cli.start(['serve', '--http', '--port', '0', ...args])
  const line = await until(server.stdout, '/mcp')
  const client = new Client({ name: 'test', version: '1' })
  const url = new URL(/http:\S+/.exec(line)?.[0] ?? '')
  await client.connect(new StreamableHTTPClientTransport(url))
  const ended = new Promise(resolve => server.once('close', resolve))
  open.push(async () => {
    await client.close()
    server.kill('SIGTERM')
    await ended
  })
  return client
}

async function call(client: Client, name: string, args: object): Promise<Record<string, unknown>> {
  const result = await client.callTool({ name, arguments: { ...args } })
  if (result.isError === true) throw new Error(JSON.stringify(result.content))
  return Object.fromEntries(Object.entries(result.structuredContent ?? {}))
}

test.each([
  { transport: 'stdio', connect: overStdio },
  { transport: 'HTTP', connect: overHttp },
])(
  'over $transport: introspect, save, list, prepare and save a skill, run a program',
  async ({ connect }) => {
    const config = await configure({ memory: [node, memory] })
    const client = await connect('--config', config)
    const found = await call(client, 'introspect_server', { server_id: 'memory' })
    expect(found).toMatchObject({
      server: { id: 'memory', name: 'memory-server', protocol_version: '2025-11-25' },
      session_id: expect.stringMatching(/^session_/),
    })
    const categorized = [
      {
        name: 'create_entities',
        category: 'write',
        keywords: ['graph'],
        short_description: 'Adds',
      },
      { name: 'no_such_tool', category: 'write', keywords: [], short_description: '' },
    ]
    const saved = await call(client, 'save_categorized_tools', {
      session_id: found['session_id'],
      categorized_tools: categorized,
    })
    expect(saved).toMatchObject({
      output_dir: join(cli.home, '.claude/servers/memory'),
      categories: { write: 1, uncategorized: 8 },
      errors: ['"no_such_tool": the server has no such tool'],
    })
    const trees = await call(client, 'list_generated_servers', {})
    expect(trees).toMatchObject({
      total_servers: 1,
      servers: [{ id: 'memory', tool_count: 9, stale: false }],
    })
    const draft = await call(client, 'generate_skill', { server_id: 'memory' })
    const content = String(draft['generation_prompt']).slice(
      String(draft['generation_prompt']).indexOf('---\n'),
    )
    const skill = await call(client, 'save_skill', { server_id: 'memory', content })
    expect(skill).toMatchObject({
      output_path: join(cli.home, '.claude/skills/memory/SKILL.md'),
      overwritten: false,
      metadata: { name: 'memory' },
    })
    expect(await readFile(String(skill['output_path']), 'utf8')).toBe(content)
    await expect(call(client, 'save_skill', { server_id: 'memory', content })).rejects.toThrow(
      'overwrite: true',
    )
    const code = `
    import { createEntities, readGraph } from 'memory'
    await createEntities({ entities: [{ name: 'Ada', entityType: 'person', observations: ['wrote'] }] })
    const { entities } = await readGraph({})
    return entities.map(entity => entity.name)`
    expect(await call(client, 'execute_code', { code })).toMatchObject({
      status: 'completed',
      value: ['Ada'],
      tool_calls: 2,
    })
  },
)

test('search, describe and one call', async () => {
  const client = await overStdio('--config', await configure({ memory: [node, memory] }))
  const { tools } = await call(client, 'search_tools', { query: 'create entities', limit: 1 })
  expect(tools).toEqual([expect.objectContaining({ server: 'memory', tool: 'create_entities' })])
  const { text } = await call(client, 'describe_tools', { names: ['memory.read_graph'] })
  expect(text).toContain("// import { readGraph } from 'memory'")
  expect(await call(client, 'call_tool', { server: 'memory', tool: 'read_graph' })).toEqual({
    result: { entities: [], relations: [] },
  })
})

test('search finds saved programs too, as the next program imports them', async () => {
  const client = await overStdio('--config', await configure({ memory: [node, memory] }))
  await writeFile(
    join(cli.home, 'shout.ts'),
    '/** Text in capitals. */\nexport const shout = (text: string): string => text.toUpperCase()\n',
  )
  const saved = await cli.run(['skill', 'save', 'shout.ts'])
  expect(saved.code).toBe(0)
  const { programs } = await call(client, 'search_tools', { query: 'capitals' })
  const description = 'Use when this is needed: Text in capitals.'
  expect(programs).toEqual([{ module: 'skills/shout', exports: ['shout'], description }])
  const code = `import { shout } from 'skills/shout'\nreturn shout('ada')`
  expect(await call(client, 'execute_code', { code })).toMatchObject({ value: 'ADA' })
  const within = await call(client, 'search_tools', { query: 'capitals', server: 'memory' })
  expect(within).not.toHaveProperty('programs')
})

test('a program that is wrong is told so before anything happened', async () => {
  const client = await overStdio('--config', await configure({ memory: [node, memory] }))
  const code = `import { createEntities } from 'memory'\nawait createEntities({ entitys: [] })`
  const result = await client.callTool({ name: 'execute_code', arguments: { code } })
  expect(result.isError).toBe(true)
  expect(result.structuredContent).toMatchObject({ status: 'failed', tool_calls: 0 })
  expect(JSON.stringify(result.content)).toContain('entities')
  const graph = await call(client, 'call_tool', { server: 'memory', tool: 'read_graph' })
  expect(graph).toEqual({ result: { entities: [], relations: [] } })
})

test('a value over its budget is stored whole: summary, resource, and a handle for the next program', async () => {
  const client = await overStdio()
  const code = `return Array.from({ length: 40000 }, (_, id) => ({ id, name: 'row ' + id }))`
  const first = await client.callTool({ name: 'execute_code', arguments: { code } })
  const { handle, session, resource } = z
    .object({ handle: z.string(), session: z.string(), resource: z.string() })
    .parse(first.structuredContent)
  expect(first.structuredContent).toMatchObject({
    value: { shape: '{ id: number; name: string }[40000]', count: 40000, bytes: 1257781 },
    handle: 'r1',
  })
  expect(first.content.map(part => part.type)).toEqual(['text', 'resource_link'])
  const { contents } = await client.readResource({ uri: resource })
  const [content] = contents
  expect(JSON.parse(content !== undefined && 'text' in content ? content.text : '')).toHaveLength(
    40000,
  )
  const next = { code: `const rows = await results.get('${handle}')\nreturn rows.length`, session }
  expect(await call(client, 'execute_code', next)).toMatchObject({ value: 40000 })
})

test('what a model asks to write outside our folders is refused, and a link there too', async () => {
  const config = await configure({ memory: [node, memory] })
  const client = await overStdio('--config', config)
  await mkdir(join(cli.home, '.claude/servers'), { recursive: true })
  await symlink('/tmp', join(cli.home, '.claude/servers/link'))
  for (const output_dir of ['../x', '/tmp/x', '~/x', 'a/../../x', 'link', 'link/x']) {
    await expect(
      call(client, 'introspect_server', { server_id: 'memory', output_dir }),
    ).rejects.toThrow('PATH_REFUSED')
  }
  await expect(
    call(client, 'save_skill', { server_id: 'memory', content: '', output_path: '../../x' }),
  ).rejects.toThrow('PATH_REFUSED')
})

test('a link put there between introspection and save does not lead the tree outside', async () => {
  const config = await configure({ memory: [node, memory] })
  const client = await overStdio('--config', config)
  const outside = join(cli.home, 'outside')
  await mkdir(outside)
  const args = { server_id: 'memory', output_dir: 'later' }
  const { session_id } = await call(client, 'introspect_server', args)
  await mkdir(join(cli.home, '.claude/servers'), { recursive: true })
  await symlink(outside, join(cli.home, '.claude/servers/later'))
  const save = call(client, 'save_categorized_tools', { session_id, categorized_tools: [] })
  await expect(save).rejects.toThrow('PATH_REFUSED')
})

test("a model's words never carry the user's secrets: variables in an ad-hoc entry stay literal", async () => {
  const client = await overStdio()
  const [command = '', ...args] = testServer('echo')
  const entry = { server_id: 'echo', command, args, env: { LEAK: '${HOME}' } }
  const found = await call(client, 'introspect_server', entry)
  await call(client, 'save_categorized_tools', {
    session_id: found['session_id'],
    categorized_tools: [],
  })
  const stored = await readFile(
    join(cli.home, '.local/state/mcp-execution/servers/echo.json'),
    'utf8',
  )
  // How our own spelling writes a "$" that means itself.
  expect(JSON.parse(stored)).toMatchObject({ entry: { env: { LEAK: '${:-${}HOME}' } } })
})

test('a cancelled introspection leaves no child behind', async () => {
  const client = await overStdio()
  const [command = '', ...args] = testServer('wire', 'hang-initialize')
  const abort = new AbortController()
  const marker = `marker-${process.pid}`
  const asked = client.callTool(
    {
      name: 'introspect_server',
      arguments: { server_id: 'hang', command, args: [...args, marker] },
    },
    { signal: abort.signal },
  )
  const outcome = asked.then(
    () => 'answered',
    () => 'cancelled',
  )
  await whenRunning(marker, true)
  abort.abort()
  expect(await outcome).toBe('cancelled')
  await whenRunning(marker, false)
})

test('exposed tools come through as they are', async () => {
  const [command = '', ...args] = testServer('echo')
  const config = await configure({ echo: [command, ...args] })
  const client = await overStdio('--config', config, '--expose', 'echo')
  const { tools } = await client.listTools()
  expect(tools.at(-1)).toMatchObject({ name: 'echo', description: 'Returns its arguments' })
  const result = await client.callTool({ name: 'echo', arguments: { a: [1] } })
  expect(result.content).toEqual([{ type: 'text', text: '{"a":[1]}' }])
})

/** Resolves once a process with `marker` among its arguments runs, or none does. */
async function whenRunning(marker: string, wanted: boolean): Promise<void> {
  for (;;) {
    const found = await new Promise<boolean>(resolve => {
      execFile('pgrep', ['-f', marker], error => resolve(error === null))
    })
    if (found === wanted) return
  }
}
