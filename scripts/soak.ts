/**
 * The daemon under fire: `tsx scripts/soak.ts [minutes=10] [clients=20]` (after a build). Clients call without pause while
 * clients, servers and, in the first half, the daemon are killed at random. Prints answers right and wrong, typed errors,
 * what was left running, and the daemon's memory at the start and the end of the second half.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

import buildServers from '../test/build-servers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const minutes = Number(process.argv[2] ?? 10)
const clients = Number(process.argv[3] ?? 20)
const home = mkdtempSync(join(tmpdir(), 'mcp-soak-'))
const env = { PATH: process.env['PATH'] ?? '', HOME: home }
const stateDir = join(home, '.local/state/mcp-execution')
const counts = { right: 0, wrong: 0, errors: new Map<string, number>() }
const kills = { clients: 0, servers: 0, daemons: 0 }
let isOver = false

await prepare()
const running = new Set<ChildProcess>()
for (let index = 0; index < clients; index += 1) startClient()
const half = (minutes * 60_000) / 2
await killFor(half, true)
await wait(2000)
const memoryBefore = daemonMemory()
await killFor(half, false)
const memoryAfter = daemonMemory()
isOver = true
for (const client of running) client.kill('SIGTERM')
await wait(2000)
const leftWithDaemon = processesOfHome().length
await ended(cli('daemon', 'stop'))
await wait(5000)
const orphans = processesOfHome()
report()
rmSync(home, { recursive: true, force: true })
process.exitCode = counts.wrong === 0 && orphans.length === 0 ? 0 : 1

async function prepare(): Promise<void> {
  await buildServers()
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/soak-client.ts'],
    outfile: '.cache/soak-client.mjs',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
    },
  })
  const server = (name: string, ...args: string[]): object => ({
    command: process.execPath,
    args: [join(root, `.cache/servers/${name}.mjs`), ...args],
  })
  const mcpServers = {
    calls: server('calls'),
    echo: server('echo'),
    strict: server('lifecycle', 'ignores-eof'),
    wire: server('wire', 'wrong-ids'),
  }
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, '.claude.json'), JSON.stringify({ mcpServers }))
}

function cli(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'dist/bin/mcp-execution-cli.js'), ...args], {
    env,
    stdio: 'ignore',
  })
}

function startClient(): void {
  const child = spawn(process.execPath, [join(root, '.cache/soak-client.mjs')], {
    env: { ...env, SOAK_DAEMON: join(root, 'dist/workers/daemon.js') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  let rest = ''
  child.stdout.on('data', chunk => {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) count(line)
  })
  child.on('close', () => {
    running.delete(child)
    if (!isOver) startClient()
  })
}

function count(line: string): void {
  if (line === 'right') counts.right += 1
  else if (line.startsWith('wrong')) {
    counts.wrong += 1
    console.error(line)
  } else counts.errors.set(line, (counts.errors.get(line) ?? 0) + 1)
}

async function killFor(ms: number, daemons: boolean): Promise<void> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    await wait(200 + Math.random() * 800)
    const dice = Math.random()
    if (daemons && dice < 0.1) kill(daemonPid(), 'daemons')
    else if (dice < 0.55) kill(pick([...running])?.pid, 'clients')
    else kill(pick(serverPids()), 'servers')
  }
}

function kill(pid: number | undefined, what: keyof typeof kills): void {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
    kills[what] += 1
  } catch {
    // Gone already.
  }
}

function pick<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)]
}

function daemonPid(): number | undefined {
  try {
    const folder = join(stateDir, 'run')
    const name = readdirSync(folder).find(each => /^daemon-.*\.json$/.test(each))
    return name === undefined ? undefined : JSON.parse(readFileSync(join(folder, name), 'utf8')).pid
  } catch {
    return undefined
  }
}

function daemonMemory(): number {
  const status = readFileSync(`/proc/${daemonPid()}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

function serverPids(): readonly number[] {
  return processesOfHome()
    .filter(({ command }) => command.includes('.cache/servers/'))
    .map(({ pid }) => pid)
}

/** Every process that lives in the soak's home, whoever its parent is by now. */
function processesOfHome(): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const isOurs = readFileSync(`/proc/${name}/environ`, 'utf8')
          .split('\0')
          .includes(`HOME=${home}`)
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return isOurs ? [{ pid: Number(name), command }] : []
      } catch {
        return []
      }
    })
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise(resolve => child.once('close', resolve))
}

function report(): void {
  const errors = [...counts.errors].map(([code, number]) => `${code} ${number}`).join(', ')
  console.log(`${minutes} min, ${clients} clients; killed ${JSON.stringify(kills)}`)
  console.log(`right ${counts.right}, wrong ${counts.wrong}; typed errors: ${errors || 'none'}`)
  console.log(`daemon RSS ${memoryBefore.toFixed(1)} MiB → ${memoryAfter.toFixed(1)} MiB`)
  console.log(
    `processes with the daemon up ${leftWithDaemon}; orphans after it stopped ${orphans.length}`,
  )
  for (const { pid, command } of orphans) console.log(`  ${pid} ${command}`)
}
