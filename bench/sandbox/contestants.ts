/* oxlint-disable typescript/no-explicit-any -- the peers' own types are not installed */
/** The sandboxes that run side by side: ours, and the peers that install on this machine. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { openQuickJsEngine, profiles } from '../../src/sandbox/index.ts'

export interface Contestant extends AsyncDisposable {
  readonly name: string
  /** Runs a program body; `echo(value)` is a tool that answers at once. */
  run(body: string): Promise<unknown>
}

const peers = { run: '2.1.5', 'quickjs-emscripten': '0.32.0' } as const
/** code-mode asks for isolated-vm 6, which does not compile on Node 20; 5.0.4 does, given a compiler and Node's headers. */
const utcp = {
  '@utcp/code-mode': '1.2.12',
  '@utcp/direct-call': '1.0.12',
  '@utcp/sdk': '1.1.2',
  'isolated-vm': process.versions.node.startsWith('20.') ? '5.0.4' : '6.2.0',
} as const

export async function ours(): Promise<Contestant> {
  const engine = await openQuickJsEngine({ workers: 1 })
  const limits = { ...profiles.permissive, hostCalls: 1e9 }
  return {
    name: 'mcp-execution',
    run: async body => {
      const source = `const echo = value => callTool('s', 'echo', value)\n${body}`
      const outcome = await engine.run(source, { limits, host: answerParams })
      if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome))
      return outcome.value
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

async function answerParams(_operation: string, payload: string): Promise<string> {
  return JSON.stringify(JSON.parse(payload).params)
}

/** Plain V8 in this thread: no sandbox, the floor for computing. */
export function plain(): Contestant {
  return {
    name: 'V8, no sandbox',
    run: body =>
      // oxlint-disable-next-line typescript/no-implied-eval -- the floor is what evaluating costs
      new Function('echo', `return (async () => { ${body} })()`)(async (value: unknown) => value),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Installs what installs, in a folder of its own that goes away with the process. */
export async function installedPeers(): Promise<Contestant[]> {
  const folder = process.env['BENCH_PEERS_DIR'] ?? install()
  const found = [
    await attempt('run', () => vercelRun(folder)),
    await attempt('quickjs-emscripten', () => emscripten(folder)),
    await attempt('UTCP code-mode', () => utcpCodeMode(folder)),
  ]
  return found.filter(contestant => contestant !== undefined)
}

async function attempt(
  name: string,
  open: () => Promise<Contestant>,
): Promise<Contestant | undefined> {
  try {
    const contestant = await open()
    await contestant.run('return 1 + 1')
    return contestant
  } catch (error) {
    console.log(`${name}: left out, ${String(error).split('\n')[0] ?? ''}`)
    return undefined
  }
}

function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-execution-peers-'))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  // npm asks for every install script by name.
  writeFileSync(
    join(folder, 'package.json'),
    '{"private":true,"allowScripts":{"isolated-vm":true}}',
  )
  const npm = (names: readonly string[]): void => {
    const words = ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', ...names]
    execFileSync('npm', words, { cwd: folder })
  }
  npm(wanted(peers))
  try {
    // isolated-vm compiles C++ for minutes, and only where there is a compiler.
    npm(wanted(utcp))
  } catch (error) {
    console.log(`UTCP code-mode: left out, isolated-vm does not build here: ${lastLine(error)}`)
  }
  return folder
}

/** What npm says last of why it failed. */
function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  return said.trim().split('\n').at(-1) ?? ''
}

function wanted(versions: Readonly<Record<string, string>>): string[] {
  return Object.entries(versions).map(([name, version]) => `${name}@${version}`)
}

async function load(folder: string, name: string): Promise<any> {
  const path = createRequire(join(folder, 'package.json')).resolve(name)
  return await import(pathToFileURL(path).href)
}

async function vercelRun(folder: string): Promise<Contestant> {
  const { run } = await import(pathToFileURL(join(folder, 'node_modules/run/dist/index.js')).href)
  const hostFunctions = { tools: { echo: async (value: unknown) => value } }
  return {
    name: `run ${peers.run}`,
    run: async body => {
      const result = await run({ source: `const echo = tools.echo\n${body}`, hostFunctions })
      if (result.status !== 'completed') throw new Error(JSON.stringify(result).slice(0, 500))
      return result.value
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function emscripten(folder: string): Promise<Contestant> {
  const { getQuickJS, shouldInterruptAfterDeadline } = await load(folder, 'quickjs-emscripten')
  const quickjs = await getQuickJS()
  const runIn = async (body: string): Promise<unknown> => {
    const runtime = quickjs.newRuntime()
    runtime.setMemoryLimit(128 << 20)
    runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + 60_000))
    const context = runtime.newContext()
    const echo = context.newFunction('echo', (value: any) => {
      const text = JSON.stringify(context.dump(value))
      const deferred = context.newPromise()
      setImmediate(() => {
        const answer = context.evalCode(`(${text})`).value
        deferred.resolve(answer)
        answer.dispose()
        runtime.executePendingJobs()
      })
      return deferred.handle
    })
    context.setProp(context.global, 'echo', echo)
    echo.dispose()
    const promise = context.unwrapResult(context.evalCode(`(async () => { ${body} })()`))
    const settled = context.resolvePromise(promise)
    runtime.executePendingJobs()
    const value = context.dump(context.unwrapResult(await settled))
    promise.dispose()
    return value
  }
  return {
    name: `quickjs-emscripten ${peers['quickjs-emscripten']}, in this thread`,
    run: runIn,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Its tool calls block the program until the answer is there, so `Promise.all` of them is a sequence. */
async function utcpCodeMode(folder: string): Promise<Contestant> {
  const { CodeModeUtcpClient } = await load(folder, '@utcp/code-mode')
  const { addFunctionToUtcpDirectCall } = await load(folder, '@utcp/direct-call')
  const inputs = { type: 'object', properties: { value: {} } }
  const echo = { call_template_type: 'direct-call', callable_name: 'echo' }
  const tools = [{ name: 'echo', description: '', inputs, tool_call_template: echo }]
  return await quietly(async () => {
    addFunctionToUtcpDirectCall('peer', async () => ({ utcp_version: '1.0.0', tools }))
    addFunctionToUtcpDirectCall('echo', async (value: unknown) => value)
    const client = await CodeModeUtcpClient.create()
    await client.registerManual({ ...echo, name: 'peer', callable_name: 'peer' })
    return {
      name: `UTCP code-mode ${utcp['@utcp/code-mode']} (isolated-vm ${utcp['isolated-vm']})`,
      run: async body => {
        const source = `const echo = value => peer.echo({ value })\n${body}`
        return (await quietly<any>(() => client.callToolChain(source))).result
      },
      [Symbol.asyncDispose]: () => quietly(() => client.close()),
    }
  })
}

/** It writes two lines for every call; they are dropped, so that a terminal is not what is measured. */
async function quietly<Value>(act: () => Promise<Value>): Promise<Value> {
  const { log } = console
  console.log = () => undefined
  try {
    return await act()
  } finally {
    console.log = log
  }
}
