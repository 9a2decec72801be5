/**
 * `npx tsx bench/execute.ts`: what a program costs over the bare SDK client, in one run on one machine; ratios are what to
 * read. Tool calls through a program against the same calls on a bare client; a trivial program from the command line against
 * `node -e 0`; and what a task of three steps sends through a model as direct calls and as one program.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'

import type * as library from '../src/index.ts'
import { type Bench, openBench, published } from '../test/execution/harness.ts'

// What was built is measured: tsx wraps the functions of sources to keep their names, which slows them.
const built = new URL('../dist/index.js', import.meta.url).href
const { openExecution } = (await import(built)) as typeof library

const rounds = 9
/** Before the rounds that count, as many that do not: compilers of all three sides are done by then. */
const warmUps = 10
const calls = 100
const everything = startOf(published('everything', ['stdio']))

function startOf([command = '', ...args]: readonly string[]): { command: string; args: string[] } {
  return { command, args }
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function row(what: string, ms: number, floor?: number): void {
  const ratio = floor === undefined ? '' : `${(ms / floor).toFixed(2)} ×`
  console.log(`${what.padEnd(52)}${ms.toFixed(1).padStart(8)} ms ${ratio.padStart(8)}`)
}

/** Programs that call one tool a hundred times, over connections of this process and over the daemon. */
async function benchCalls(folder: string): Promise<void> {
  const client = new Client({ name: 'bench', version: '1' })
  await client.connect(new StdioClientTransport({ ...everything, stderr: 'ignore' }))
  // Every message is new: echo only reads, so the bridge would answer a known one from its cache.
  let fresh = 0
  const echo = async (): Promise<unknown> =>
    await client.callTool({ name: 'echo', arguments: { message: `bare ${fresh++}` } })
  const open = (env: Readonly<Record<string, string>>): library.ExecutionRuntime =>
    openExecution({
      home: folder,
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    })
  const runtimes = { here: open({ MCP_EXECUTION_NO_DAEMON: '1' }), daemon: open({}) }
  const sessions = { here: runtimes.here.session(), daemon: runtimes.daemon.session() }
  const run = async (way: keyof typeof sessions, program: string): Promise<void> => {
    const { status } = await sessions[way].execute(program, { input: fresh++ })
    if (status !== 'completed') throw new Error(status)
  }
  const inTurn = `for (let n = 0; n < ${calls}; n++) await callTool('everything', 'echo', { message: [input, n].join() })\nreturn 1`
  const atOnce = `const all = Array.from({ length: ${calls} }, (_, n) => callTool('everything', 'echo', { message: [input, n].join() }))\nreturn (await Promise.all(all)).length`
  const bareInTurn = async (): Promise<void> => {
    for (let n = 0; n < calls; n++) await echo()
  }
  const bareAtOnce = (): Promise<unknown> => Promise.all(Array.from({ length: calls }, echo))
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['in turn, bare SDK client', bareInTurn],
    ['in turn, one program', () => run('here', inTurn)],
    ['in turn, one program over the daemon', () => run('daemon', inTurn)],
    ['at once, bare SDK client', bareAtOnce],
    ['at once, one program', () => run('here', atOnce)],
    ['at once, one program over the daemon', () => run('daemon', atOnce)],
  ]
  const times = new Map(ways.map(([way]) => [way, [] as number[]]))
  const trivial: number[] = []
  for (let round = -warmUps; round < rounds; round++) {
    for (const [way, work] of ways) {
      const ms = await timed(work)
      if (round >= 0) times.get(way)?.push(ms)
    }
    const ms = await timed(() => run('here', `return ${round} + 1`))
    if (round >= 0) trivial.push(ms)
  }
  for (const [way, each] of times) {
    const floor = times.get(`${way.slice(0, way.indexOf(','))}, bare SDK client`) ?? []
    row(`${calls} calls ${way}`, median(each), median(floor))
  }
  row('a trivial program, never seen before, warm', median(trivial))
  await client.close()
  for (const runtime of Object.values(runtimes)) await runtime[Symbol.asyncDispose]()
}

/** Each program from a fresh process, with a warm daemon behind it. */
async function benchCommandLine(folder: string): Promise<void> {
  const cli = fileURLToPath(new URL('../dist/bin/mcp-execution-cli.js', import.meta.url))
  const env = { PATH: process.env['PATH'], HOME: folder }
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const trivial = await file('one.ts', 'return 1 + 1')
  const calling = await file(
    'call.ts',
    "return callTool('everything', 'echo', { message: String(Math.random()) })",
  )
  const run = async (words: readonly string[]): Promise<number> =>
    await timed(async () => {
      const { status, stderr } = spawnSync(process.execPath, words, { env, cwd: folder })
      if (status !== 0) throw new Error(String(stderr))
    })
  const ways: Readonly<Record<string, readonly string[]>> = {
    'node -e 0': ['-e', '0'],
    'execute, a trivial program': [cli, 'execute', trivial],
    'execute --no-check, a trivial program': [cli, 'execute', trivial, '--no-check'],
    'execute, a program of one tool call': [cli, 'execute', calling],
  }
  const times = new Map(Object.keys(ways).map(way => [way, [] as number[]]))
  // The first of each starts the daemon and the server.
  for (const words of Object.values(ways)) await run(words)
  for (let round = 0; round < rounds; round++) {
    for (const [way, words] of Object.entries(ways)) times.get(way)?.push(await run(words))
  }
  const floor = median(times.get('node -e 0') ?? [])
  for (const [way, each] of times) row(way, median(each), floor)
  const over = median(times.get('execute, a trivial program') ?? []) - floor
  console.log(`  a trivial program over node: +${over.toFixed(0)} ms (aim ≤ 150 ms)\n`)
  await run([cli, 'daemon', 'stop'])
}

/** Read twenty files, keep some of what is in them, store a graph, say how many. */
async function countTask(bench: Bench, folder: string): Promise<void> {
  const task = `
const kept = []
for (let n = 0; n < 20; n++) {
  const { content } = await callTool('files', 'read_text_file', { path: \`${folder}/\${n}.json\` })
  const row = JSON.parse(content)
  if (row.open) kept.push(row)
}
await callTool('memory', 'create_entities', {
  entities: kept.map(({ id, owner }) => ({ name: \`ticket \${id}\`, entityType: 'ticket', observations: [owner] })),
})
return \`\${kept.length} open tickets stored\``
  bench.calls.length = 0
  const execution = await bench.session().execute(task)
  if (execution.status !== 'completed') throw new Error(JSON.stringify(execution))
  const viaProgram = countTokens(task) + countTokens(JSON.stringify(execution.value))
  let direct = 0
  // A copy: these calls are recorded, too.
  const made = [...bench.calls]
  for (const { server, tool, args } of made) {
    const result = await bench.caller.call({ server, tool, args })
    direct +=
      countTokens(JSON.stringify({ name: tool, arguments: args })) +
      countTokens(JSON.stringify(result))
  }
  console.log(`task of three steps, ${made.length} calls: ${String(execution.value)}`)
  console.log(`  through the model as direct calls: ${direct} tokens`)
  console.log(
    `  through the model as one program:  ${viaProgram} tokens, ${((1 - viaProgram / direct) * 100).toFixed(1)} % less`,
  )
}

const folder = await mkdtemp(join(tmpdir(), 'bench-'))
const data = join(folder, 'data')
await mkdir(data)
const words = (await readFile(new URL('../package.json', import.meta.url), 'utf8')).slice(0, 1500)
for (let id = 0; id < 20; id++) {
  await writeFile(
    join(data, `${id}.json`),
    JSON.stringify({ id, open: id % 3 === 0, owner: `user ${id}`, words }),
  )
}
await writeFile(join(folder, '.claude.json'), JSON.stringify({ mcpServers: { everything } }))
const bench = await openBench({
  files: { command: published('filesystem', [data]) },
  memory: { command: published('memory'), env: { MEMORY_FILE_PATH: join(folder, 'memory.json') } },
})
try {
  await benchCalls(folder)
  console.log()
  await benchCommandLine(folder)
  await countTask(bench, data)
} finally {
  await bench[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
}
