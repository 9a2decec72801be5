/**
 * `npm run bench:serve`: a trivial program end to end over stdio, warm: our server beside the best peer that installs
 * here, and a plain tool call on a bare server as the floor. Medians of one run on one machine; ratios are what to read.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

import { build } from '../scripts/build.ts'
import buildTestServers from '../test/build-servers.ts'

const run = promisify(execFile)
const warmUps = 30
const rounds = 300
const peer = '@karashiiro/my-cool-proxy'
const peerVersion = '1.6.2'

interface Contestant {
  readonly name: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly call: { readonly name: string; readonly arguments: Record<string, unknown> }
}

await Promise.all([build(), buildTestServers()])
const home = await mkdtemp(join(tmpdir(), 'bench-serve-'))
const echo = join(process.cwd(), '.cache/servers/echo.mjs')
const entry = { command: process.execPath, args: [echo] }
const config = join(home, 'servers.json')
await writeFile(config, JSON.stringify({ mcpServers: { echo: entry } }))

const contestants: Contestant[] = [
  { name: 'floor: one call, bare server', args: [echo], call: { name: 'echo', arguments: {} } },
  {
    name: 'mcp-execution execute_code',
    args: ['dist/bin/mcp-execution-cli.js', 'serve', '--config', config],
    env: { HOME: home },
    call: { name: 'execute_code', arguments: { code: 'return 1' } },
  },
  ...(await peers()),
]

const medians = new Map<string, number>()
for (const contestant of contestants) medians.set(contestant.name, await measure(contestant))
const [floor = Number.NaN] = medians.values()
for (const [name, ms] of medians) {
  console.log(
    `${name.padEnd(36)} ${ms.toFixed(2).padStart(8)} ms  ${(ms / floor).toFixed(1).padStart(6)}×`,
  )
}

async function measure({ args, env = {}, call }: Contestant): Promise<number> {
  const client = new Client({ name: 'bench', version: '1' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'ignore',
  })
  await client.connect(transport)
  const times: number[] = []
  for (let round = -warmUps; round < rounds; round++) {
    const start = performance.now()
    const result = await client.callTool(call)
    if (round >= 0) times.push(performance.now() - start)
    if (result.isError === true) throw new Error(JSON.stringify(result.content))
  }
  await client.close()
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

// It has a native addon, so it is built from source in a temporary folder; where that fails it is left out, aloud.
async function peers(): Promise<Contestant[]> {
  const folder = join(tmpdir(), `mcp-execution-bench-peer-${peerVersion}`)
  const entryPoint = join(folder, 'node_modules', peer, 'bin', 'my-cool-proxy.mjs')
  const file = join(home, 'peer.json')
  await writeFile(
    file,
    JSON.stringify({ transport: 'stdio', mcpClients: { echo: { type: 'stdio', ...entry } } }),
  )
  try {
    if (!existsSync(entryPoint)) {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'package.json'), '{"private":true}\n')
      const flags = ['--no-audit', '--no-fund', '--silent']
      await run('npm', ['install', ...flags, `${peer}@${peerVersion}`], { cwd: folder })
      await run('npm', ['rebuild', 'better-sqlite3'], { cwd: folder })
    }
  } catch (error) {
    console.log(`left out: ${peer} does not install here (${String(error).split('\n', 1)[0]})`)
    return []
  }
  return [
    {
      name: `${peer} ${peerVersion} execute`,
      args: [entryPoint],
      env: { HOME: home, CONFIG_PATH: file },
      call: { name: 'execute', arguments: { script: 'result(1)' } },
    },
  ]
}
