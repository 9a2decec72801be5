/**
 * What a call costs, side by side in one run: `tsx bench/call.ts [rounds=15]` (after a build). Prints medians and ratios:
 * (a) bare Node, (b) a warm call from a fresh process and a warm tool file, (c) a cold first call, (d) the daemon from within
 * a process, (e) mcporter, the nearest peer, installed on demand. Everything calls `echo` of server-everything. Of ours what
 * was built is measured: tsx wraps the functions of sources to keep their names, which slows them.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

import { serverId, toolName } from '../src/ids.ts'
import type * as library from '../src/index.ts'
import { node24 } from '../test/node24.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const rounds = Number(process.argv[2] ?? 15)
const home = mkdtempSync(join(tmpdir(), 'mcp-bench-'))
const env = { PATH: process.env['PATH'] ?? '', HOME: home }
const everything = join(root, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js')
const server = { command: process.execPath, args: [everything] }
const built = new URL('../dist/index.js', import.meta.url).href
const { openExecution } = (await import(built)) as typeof library
const cli = [process.execPath, join(root, 'dist/bin/mcp-execution-cli.js')]
const bareSdk = join(root, '.cache/bench-bare-sdk.mjs')
/** Hundreds of calls before those in one process are measured: until then it is the compiler of all three that is. */
const warmUps = 50
let turn = 0

writeFileSync(join(home, '.claude.json'), JSON.stringify({ mcpServers: { everything: server } }))
writeFileSync(join(home, 'bare.ts'), 'const x: number = 1\nconsole.log(x)\n')
await bundleBareSdk()
run([...cli, 'generate', 'everything'])

const newest = node24()
const peer = installPeer()
const tool = join(home, '.claude/servers/everything/echo.ts')
const args = (): string => JSON.stringify({ message: `m${(turn += 1)}` })
const commands: Record<string, () => readonly string[]> = {
  '(a) node -e 0': () => [process.execPath, '-e', '0'],
  '(b) warm call': () => [...cli, 'call', 'everything.echo', args()],
  ...(newest !== undefined && {
    '(b) bare .ts on Node 24': () => [newest, join(home, 'bare.ts')],
    '(b) warm tool file on Node 24': () => [newest, tool, args()],
  }),
  '(c) bare SDK connect and call': () => [process.execPath, bareSdk, everything],
  ...(peer !== undefined && {
    '(e) mcporter call, warm': () => [
      ...peer,
      'call',
      'everything.echo',
      `message=m${(turn += 1)}`,
    ],
  }),
}
const times = await interleaved(commands)
const cold = await coldCalls()
report()
await inProcess()
run([...cli, 'daemon', 'stop'])
if (peer !== undefined) run([...peer, 'daemon', 'stop'])
rmSync(home, { recursive: true, force: true })

function run(words: readonly string[]): void {
  const [command = '', ...rest] = words
  const { status, stderr } = spawnSync(command, rest, { env, cwd: home })
  if (status !== 0) throw new Error(`${words.join(' ')}: ${String(stderr)}`)
}

function timed(words: readonly string[]): Promise<number> {
  const [command = '', ...rest] = words
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { env, cwd: home, stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('close', code =>
      code === 0 ? resolve(performance.now() - started) : reject(new Error(words.join(' '))),
    )
  })
}

/** One of each in turn, so that whatever else the machine does meets all alike. */
async function interleaved(all: typeof commands): Promise<Map<string, number>> {
  const measured = new Map<string, number[]>(Object.keys(all).map(name => [name, []]))
  for (const words of Object.values(all)) await timed(words())
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, words] of Object.entries(all)) measured.get(name)?.push(await timed(words()))
  }
  return new Map([...measured].map(([name, each]) => [name, median(each)]))
}

async function coldCalls(): Promise<number> {
  const each: number[] = []
  for (let round = 0; round < Math.min(rounds, 7); round += 1) {
    run([...cli, 'daemon', 'stop'])
    each.push(await timed([...cli, 'call', 'everything.echo', args()]))
  }
  return median(each)
}

function of(name: string): number {
  return times.get(name) ?? Number.NaN
}

function report(): void {
  for (const [name, ms] of times) console.log(`${name.padEnd(34)} ${ms.toFixed(1)} ms`)
  console.log(`${'(c) cold first call'.padEnd(34)} ${cold.toFixed(1)} ms`)
  const rows: readonly (readonly [string, number, string])[] = [
    ['(b) over (a)', of('(b) warm call') - of('(a) node -e 0'), '≤ 60 ms'],
    [
      '(b) tool file over bare .ts',
      of('(b) warm tool file on Node 24') - of('(b) bare .ts on Node 24'),
      '≤ 15 ms',
    ],
    ['(c) over bare SDK', cold - of('(c) bare SDK connect and call'), '≤ 250 ms'],
  ]
  for (const [name, ms, aim] of rows) {
    console.log(`${name.padEnd(34)} +${ms.toFixed(1)} ms (aim ${aim})`)
  }
  const ratio = of('(e) mcporter call, warm') / of('(b) warm call')
  console.log(`${'(e) mcporter over ours, warm'.padEnd(34)} ${ratio.toFixed(1)}× (aim ≥ 3×)`)
}

async function inProcess(): Promise<void> {
  const transport = new StdioClientTransport({ ...server, stderr: 'ignore' })
  const client = new Client({ name: 'bench', version: '1' })
  await client.connect(transport)
  const viaDaemon = openExecution({ env, home, cwd: home })
  const fromHere = openExecution({ env: { ...env, MCP_EXECUTION_NO_DAEMON: '1' }, home, cwd: home })
  const bare = (message: string): Promise<unknown> =>
    client.callTool({ name: 'echo', arguments: { message } })
  const through = ({ caller }: typeof viaDaemon, message: string): Promise<unknown> =>
    caller.call({ server: serverId('everything'), tool: toolName('echo'), args: { message } })
  const ways: Readonly<Record<string, (message: string) => Promise<unknown>>> = {
    'bare SDK': bare,
    daemon: message => through(viaDaemon, message),
    'daemon, from its cache': () => through(viaDaemon, 'always the same'),
    'our bridge in this process': message => through(fromHere, message),
  }
  // A daemon that has served for a while, and clients that have called for as long.
  for (const call of Object.values(ways)) {
    for (let round = 0; round < warmUps; round += 1) await hundred('sequential', call)
  }
  for (const mode of ['sequential', 'parallel'] as const) await compare(mode, ways)
  await client.close()
  await viaDaemon[Symbol.asyncDispose]()
  await fromHere[Symbol.asyncDispose]()
}

/** One of each in turn; prints the median of each and its ratio to the first. */
async function compare(
  mode: 'sequential' | 'parallel',
  ways: Readonly<Record<string, (message: string) => Promise<unknown>>>,
): Promise<void> {
  const each = new Map(Object.keys(ways).map(way => [way, [] as number[]]))
  for (let round = 0; round < rounds * 2; round += 1) {
    for (const [way, call] of Object.entries(ways)) each.get(way)?.push(await hundred(mode, call))
  }
  const floor = median(each.get('bare SDK') ?? [])
  for (const [way, taken] of each) {
    const ms = median(taken)
    const aim = way === 'daemon' ? ' (aim ≤ 1.5×)' : ''
    const ratio = `${ms.toFixed(1)} ms, ${(ms / floor).toFixed(2)}×${aim}`
    console.log(`${`(d) 100 ${mode}, ${way}`.padEnd(46)} ${ratio}`)
  }
}

async function hundred(
  mode: 'sequential' | 'parallel',
  call: (message: string) => Promise<unknown>,
): Promise<number> {
  const messages = Array.from({ length: 100 }, () => `h${(turn += 1)}`)
  const started = performance.now()
  if (mode === 'parallel') await Promise.all(messages.map(call))
  else for (const message of messages) await call(message)
  return performance.now() - started
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The floor of a cold call: the SDK, bundled, doing nothing else. */
async function bundleBareSdk(): Promise<void> {
  const { build } = await import('esbuild')
  await build({
    stdin: {
      contents: `import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
const client = new Client({ name: 'bare', version: '1' })
await client.connect(new StdioClientTransport({ command: process.execPath, args: [process.argv[2]], stderr: 'ignore' }))
console.log(JSON.stringify(await client.callTool({ name: 'echo', arguments: { message: 'x' } })))
process.exit(0)`,
      resolveDir: root,
    },
    outfile: bareSdk,
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
    logLevel: 'error',
  })
}

/** mcporter with its daemon on: a server it is told to keep alive. Undefined where it cannot be had. */
function installPeer(): readonly string[] | undefined {
  const folder = join(root, '.cache/mcporter')
  const script = join(folder, 'node_modules/mcporter/dist/cli.js')
  if (!existsSync(script)) {
    mkdirSync(folder, { recursive: true })
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--silent']
    spawnSync('npm', ['install', '--prefix', folder, ...quiet, 'mcporter'], { stdio: 'ignore' })
  }
  if (!existsSync(script)) return undefined
  mkdirSync(join(home, 'config'))
  const mcpServers = { everything: { ...server, lifecycle: 'keep-alive' } }
  writeFileSync(join(home, 'config/mcporter.json'), JSON.stringify({ mcpServers }))
  // It asks for a newer Node than ours may be.
  const words = [newest ?? process.execPath, script]
  const { status } = spawnSync(words[0] ?? '', [...words.slice(1), 'daemon', 'start'], {
    env,
    cwd: home,
  })
  return status === 0 ? words : undefined
}
