/**
 * `npm run conformance:inspector`: the MCP Inspector's command line, a client we did not write, lists our tools and calls
 * every one of them over HTTP, in both protocol eras. Ends with `N passed, N failed`.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

import buildTestServers from '../../test/build-servers.ts'
import { build } from '../build.ts'

const run = promisify(execFile)
const version = '2.12.0'

await build()
await buildTestServers()
const home = await mkdtemp(join(tmpdir(), 'inspector-home-'))
const config = join(home, 'servers.json')
const echo = { command: process.execPath, args: [join(process.cwd(), '.cache/servers/echo.mjs')] }
await writeFile(config, JSON.stringify({ mcpServers: { echo } }))
const inspector = await install()
const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: '', MCP_EXECUTION_NO_DAEMON: '1' }
const flags = ['serve', '--http', '--port', '0', '--config', config]
const server = spawn(process.execPath, ['dist/bin/mcp-execution-cli.js', ...flags], { env })
const url = await address()

let passed = 0
let failed = 0
for (const era of ['legacy', 'modern']) {
  const { tools } = (await inspect(era, ['--method', 'tools/list', '--strict'])) as Listed
  check(era, 'tools/list', tools.length === 9)
  const found = await callTool(era, 'introspect_server', { server_id: 'echo' })
  const session = String(found['session_id'])
  check(era, 'introspect_server', session.startsWith('session_'))
  const saved = { session_id: session, categorized_tools: '[]' }
  const tree = await callTool(era, 'save_categorized_tools', saved)
  check(era, 'save_categorized_tools', Number(tree['files_generated']) > 1)
  const listed = await callTool(era, 'list_generated_servers', {})
  check(era, 'list_generated_servers', listed['total_servers'] === 1)
  const draft = await callTool(era, 'generate_skill', { server_id: 'echo' })
  const prompt = String(draft['generation_prompt'])
  check(era, 'generate_skill', prompt.includes('---\n'))
  const content = prompt.slice(prompt.indexOf('---\n'))
  const skill = await callTool(era, 'save_skill', { server_id: 'echo', content, overwrite: 'true' })
  check(era, 'save_skill', String(skill['output_path']).endsWith('SKILL.md'))
  const search = await callTool(era, 'search_tools', { query: 'echo' })
  check(era, 'search_tools', JSON.stringify(search).includes('"tool":"echo"'))
  const described = await callTool(era, 'describe_tools', { names: '["echo.echo"]' })
  check(era, 'describe_tools', String(described['text']).includes('echo('))
  const called = await callTool(era, 'call_tool', { server: 'echo', tool: 'echo', args: '{"a":1}' })
  check(era, 'call_tool', JSON.stringify(called['result']) === '{"a":1}')
  const executed = await callTool(era, 'execute_code', { code: 'return 6 * 7' })
  check(era, 'execute_code', executed['value'] === 42)
}
server.kill()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

interface Listed {
  readonly tools: readonly unknown[]
}

function check(era: string, what: string, good: boolean): void {
  if (good) passed += 1
  else failed += 1
  console.log(`${good ? 'pass' : 'FAIL'}  ${era.padEnd(7)} ${what}`)
}

async function callTool(
  era: string,
  name: string,
  args: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const pairs = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${value}`])
  const result = (await inspect(era, [
    '--method',
    'tools/call',
    '--tool-name',
    name,
    ...pairs,
  ])) as {
    structuredContent?: Record<string, unknown>
  }
  if (result.structuredContent === undefined) console.log(JSON.stringify(result))
  return result.structuredContent ?? {}
}

async function inspect(era: string, words: readonly string[]): Promise<unknown> {
  const common = [
    '--cli',
    url,
    '--transport',
    'http',
    '--protocol-era',
    era,
    '--format',
    'json',
    '-q',
  ]
  const { stdout } = await run(process.execPath, [inspector, ...common, ...words], {
    env,
    maxBuffer: 2 ** 24,
  })
  const json = JSON.parse(stdout) as { result?: unknown }
  return json.result ?? json
}

async function install(): Promise<string> {
  const folder = join(tmpdir(), `mcp-execution-inspector-${version}`)
  const entry = join(folder, 'node_modules/.bin/mcp-inspector')
  if (!existsSync(entry)) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"private":true}\n')
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
    await run('npm', ['install', ...quiet, `@modelcontextprotocol/inspector@${version}`], {
      cwd: folder,
    })
  }
  return entry
}

async function address(): Promise<string> {
  return await new Promise((resolve, reject) => {
    createInterface(server.stdout).on('line', line => {
      const found = /http:\/\/\S+\/mcp/.exec(line)?.[0]
      if (found !== undefined) resolve(found)
    })
    server.once('exit', code => reject(new Error(`serve ended with ${code}`)))
  })
}
