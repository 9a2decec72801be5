/** `demo`: the whole of it on an embedded server, in a temporary home; what `npm start` runs. */
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { adHocServer, type ServerEntry } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import {
  compileTree,
  type Execution,
  type Generated,
  generateTree,
  withServer,
} from '../../execution/index.ts'
import { builtFile } from '../../package-root.ts'
import { measureTask } from '../demo/measure.ts'
import { program, wrong } from '../demo/program.ts'
import { generationDeps } from '../generation-deps.ts'
import { type Colors, print } from '../output/index.ts'
import { openCommandRuntime } from '../runtime.ts'
import { createWorld, type World } from '../world.ts'

/** Exits 1 as soon as one step does not do what it should. */
export async function demo(world: World): Promise<ExitCode> {
  const home = await realpath(await mkdtemp(join(world.tmpdir, 'mcp-execution-demo-')))
  // Nothing of the user's is read or written, and no daemon stays.
  const env = { PATH: world.env['PATH'], MCP_EXECUTION_NO_DAEMON: '1' }
  const away = createWorld({ ...world, home, cwd: home, env })
  try {
    return await tour({
      ...away,
      format: world.format,
      verbosity: world.verbosity,
      colors: world.colors,
      talk: world.talk,
      log: world.log,
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function tour(world: World): Promise<ExitCode> {
  const entry = adHocServer(
    { command: [process.execPath, builtFile('workers/demo-server.js')], name: 'issues' },
    { cwd: world.cwd },
  )
  const { made, generatedMs } = await generateStep(entry, world)
  await compileStep(made, world)
  const { refused, ran, answer } = await executeStep(world)
  const tokens = await withServer(entry, generationDeps(world), (catalog, connection) =>
    measureTask(catalog, connection, answer),
  )
  const data = {
    server: made.catalog.server.name,
    tools: made.catalog.tools.length,
    files: made.tree.files.length,
    generated_ms: generatedMs,
    type_errors: 0,
    refused,
    answer,
    tool_calls: ran.hostCalls.length,
    run_ms: Math.round(ran.usage.wallMs),
    fuel: ran.usage.fuel,
    tokens: { call_by_call: tokens.directly, as_one_program: tokens.asProgram },
  }
  print(world, { data, pretty: colors => summary(data, colors) })
  return 0
}

async function generateStep(
  entry: ServerEntry,
  world: World,
): Promise<{ readonly made: Generated; readonly generatedMs: number }> {
  step(world, '1. A real MCP server over stdio: connect, introspect, generate')
  const deps = generationDeps(world)
  const started = performance.now()
  const made = await withServer(entry, deps, catalog =>
    generateTree(catalog, entry, { ...deps, base: world.places.serversDir, mode: 'progressive' }),
  )
  const { server, tools } = made.catalog
  world.talk(
    `   ${server.name} ${server.version}, ${tools.length} tools. One of its ${made.tree.files.length} files, createIssue.ts:`,
  )
  world.talk(indented(await readFile(join(made.folder, 'createIssue.ts'), 'utf8')))
  return { made, generatedMs: Math.round(performance.now() - started) }
}

async function compileStep({ folder }: Generated, world: World): Promise<void> {
  step(world, '2. Type-check the whole tree, strict, with nothing installed')
  const { signal, platform } = world
  const errors = await compileTree(folder, { signal, platform, architecture: process.arch })
  const found = errors ?? []
  if (found.length > 0) fail(`the tree does not compile: ${found.slice(0, 5).join('; ')}`)
  world.talk(errors === undefined ? '   skipped: no compiler for this platform' : '   0 errors')
}

type Ran = Extract<Execution, { status: 'completed' }>

async function executeStep(
  world: World,
): Promise<{ readonly refused: string; readonly ran: Ran; readonly answer: string }> {
  await using runtime = await openCommandRuntime(world)
  const session = runtime.session({})
  const { signal } = world
  step(world, '3. A program with a mistake is refused before anything runs')
  const bad = await session.execute(wrong, { signal })
  if (bad.status !== 'rejected') return fail(`a wrong program was not refused but ${bad.status}`)
  const refused = bad.diagnostics[0]?.message ?? ''
  world.talk(indented(bad.diagnostics[0]?.codeFrame ?? ''))
  world.talk(indented(refused))
  step(world, '4. The right one runs in the sandbox, with fuel, memory and calls bounded')
  world.talk(indented(program))
  const ran = await session.execute(program, { signal })
  if (ran.status !== 'completed') return fail(`the program ${ran.status}: ${JSON.stringify(ran)}`)
  const answer = String(ran.value)
  const isRight = /^Asked about [1-9]\d* of \d+ open issues$/.test(answer)
  return isRight ? { refused, ran, answer } : fail(`the program answered ${answer}`)
}

interface Summary {
  readonly answer: string
  readonly tool_calls: number
  readonly run_ms: number
  readonly fuel: number
  readonly tokens: { readonly call_by_call: number; readonly as_one_program: number }
}

function summary(
  { answer, tool_calls: calls, run_ms: ms, fuel, tokens }: Summary,
  colors: Colors,
): string {
  const { call_by_call: before, as_one_program: after } = tokens
  const saved = Math.round((1 - after / before) * 100)
  return [
    colors.bold(answer),
    `${calls} tool calls in ${ms} ms, ${fuel} units of fuel`,
    `Tokens a model reads and writes for this task: ${before} call by call, ${after} as one program (${saved} % less)`,
    colors.green('Every step worked.'),
  ].join('\n')
}

function step({ talk, colors }: World, text: string): void {
  talk(colors.err.cyan(text))
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '   ')
}

function fail(how: string): never {
  throw new ExecutionError('INTERNAL', `Cannot finish the demonstration: ${how}`)
}
