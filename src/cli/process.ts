/** The process around `main`: streams, signals and the way out. */
import { setMaxListeners } from 'node:events'
import { homedir, tmpdir } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { isatty } from 'node:tty'

import { ExecutionError } from '../errors.ts'
import type { MainOptions } from './main.ts'
import { printFailure } from './output/index.ts'
import { createWorld, type Io, type Surroundings } from './world.ts'

/** How long a command may take to stop cleanly after the first signal. */
const graceMs = 5000

export async function runProcess(options: MainOptions): Promise<void> {
  const surroundings = processSurroundings()
  quietBrokenPipes()
  const fail = (thrown: unknown): void => {
    void leave(printFailure(createWorld(surroundings), thrown))
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  await leave(await run(process.argv.slice(2), surroundings, options))
}

/** `call` is made dozens of times by an agent: it reads its own words, and the whole grammar is never loaded for it. */
async function run(
  argv: readonly string[],
  surroundings: Surroundings,
  options: MainOptions,
): Promise<number> {
  const [command, first] = argv
  const readsItself = command === 'call' && first !== undefined && !['--help', '-h'].includes(first)
  if (readsItself) {
    const { runCall } = await import('./commands/run-call.ts')
    return await runCall(argv.slice(1), surroundings)
  }
  if (command !== 'execute' || asksForHelp(argv)) return await runMain(argv, surroundings, options)
  const { startEngine } = await import('./head-start.ts')
  await using engine = startEngine()
  return await runMain(argv, { ...surroundings, engine }, options)
}

async function runMain(
  argv: readonly string[],
  surroundings: Surroundings,
  options: MainOptions,
): Promise<number> {
  const { main } = await import('./main.ts')
  return await main(argv, surroundings, options)
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.length < 2 || argv.includes('--help') || argv.includes('-h')
}

function processSurroundings(): Surroundings {
  return {
    env: process.env,
    home: process.env['HOME'] ?? homedir(),
    cwd: process.cwd(),
    tmpdir: tmpdir(),
    platform: process.platform,
    io: processIo(),
    signal: interruption(),
    now: Date.now,
  }
}

function processIo(): Io {
  const { stdout, stderr } = process
  return {
    // Opening stdin costs time and keeps the process alive: only who reads it pays.
    get stdin(): Readable {
      return process.stdin
    },
    stdout,
    stderr,
    isTerminal: { in: isatty(0), out: isatty(1), err: isatty(2) },
    columns: stdout.columns ?? stderr.columns ?? 80,
  }
}

/** The first signal asks every command to stop; the second, or the end of the grace time, ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  // Everything that waits listens to it, fifty calls at once included.
  setMaxListeners(0, controller.signal)
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new ExecutionError('INTERRUPTED', 'Cannot finish: interrupted'))
    setTimeout(() => process.exit(130), graceMs).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return controller.signal
}

// `mcp-execution … | head -1` is no failure.
function quietBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1)
    })
  }
}

async function leave(code: number): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(code)
}

function flushed(stream: Writable): Promise<void> {
  return new Promise(resolve => {
    if (stream.destroyed || !stream.writable) resolve()
    else stream.write('', () => resolve())
  })
}
