/** One stdio server as a process group of its own: no shell, bounded output, and an end that reaches its grandchildren. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

import type { StdioTarget } from '../config/index.ts'
import { type ClientLimits, keptStderrBytes } from './limits.ts'
import { lineSplitter } from './line-splitter.ts'
import { groupLives, signalGroup } from './process-group.ts'
import { startReaper } from './reaper.ts'
import { type Environment, serverEnvironment } from './server-environment.ts'
import { stderrTail } from './stderr-tail.ts'

export interface ServerProcess {
  readonly pid: number
  /** Resolves when the pipe takes more; rejects when the process can no longer hear us. */
  write(line: string): Promise<void>
  stderr(): string
  /** Resolves once, when the process has exited and its output has been read: "exited with code 1". */
  readonly ended: Promise<string>
  /** End of input, grace, SIGTERM to the group, grace, SIGKILL to the group. */
  close(): Promise<void>
}

export interface ServerProcessOptions {
  readonly environment: Environment
  readonly limits: ClientLimits
  readonly onLine: (line: string) => void
  readonly onLineTooLong: () => void
  /** It will say nothing more, but lives. */
  readonly onHangUp: () => void
}

/** How long output may still arrive after the process itself has gone: a grandchild may hold the pipe for ever. */
const lastOutputMs = 250

/** Rejects with Node's own error when the process cannot be started. */
export async function startServerProcess(
  target: StdioTarget,
  options: ServerProcessOptions,
): Promise<ServerProcess> {
  const { environment, limits } = options
  const reaper = startReaper(environment.platform)
  const child = await spawnServer(target, environment).catch(async (error: unknown) => {
    await reaper.release()
    throw error
  })
  reaper.watch(child.pid)
  const tail = stderrTail(keptStderrBytes)
  child.stderr.on('data', (chunk: Buffer) => tail.push(chunk))
  const lines = lineSplitter({
    maxBytes: limits.maxMessageBytes,
    onLine: options.onLine,
    onTooLong: options.onLineTooLong,
  })
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk))
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => undefined)

  const ended = waitForEnd(child)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    child.stdin.end()
    await endGroup(child, ended, limits)
    await reaper.release()
  }
  void ended.then(() => (closing ??= close()))
  child.stdout.once('end', () => void hungUp(child, ended, options))
  // A pipe breaks a moment before the exit is known: the exit says why, the pipe does not.
  const whenEnded = async (error: unknown): Promise<never> => {
    await within(ended, limits.closeGraceMs)
    throw error
  }
  return {
    pid: child.pid,
    write: line => write(child, line).catch(whenEnded),
    stderr: () => tail.text(),
    ended,
    close: () => (closing ??= close()),
  }
}

type RunningChild = ChildProcessWithoutNullStreams & { readonly pid: number }

function spawnServer(target: StdioTarget, environment: Environment): Promise<RunningChild> {
  const child = spawn(target.command, target.args, {
    cwd: target.cwd,
    env: serverEnvironment(environment, target.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    detached: environment.platform !== 'win32',
    windowsHide: true,
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      if (isRunning(child)) resolve(child)
    })
  })
}

function isRunning(child: ChildProcessWithoutNullStreams): child is RunningChild {
  return child.pid !== undefined
}

function waitForEnd(child: RunningChild): Promise<string> {
  return new Promise(resolve => {
    child.once('exit', (code, signal) => {
      const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`
      const late = setTimeout(() => {
        for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
        resolve(how)
      }, lastOutputMs)
      child.once('close', () => {
        clearTimeout(late)
        resolve(how)
      })
    })
  })
}

/** Most often the process is about to exit, which says more; it counts as hung up once it has had the time to. */
async function hungUp(
  child: RunningChild,
  ended: Promise<string>,
  { limits, onHangUp }: ServerProcessOptions,
): Promise<void> {
  await within(ended, limits.closeGraceMs)
  if (child.exitCode === null && child.signalCode === null) onHangUp()
}

/** Lines written in one go travel in one go: a hundred calls wake the server once, not a hundred times. */
function write({ stdin }: RunningChild, line: string): Promise<void> {
  if (stdin.writableCorked === 0) {
    stdin.cork()
    process.nextTick(() => stdin.uncork())
  }
  return new Promise((resolve, reject) => {
    stdin.write(line, error => {
      if (error === null || error === undefined) resolve()
      else reject(error)
    })
  })
}

async function endGroup(
  child: RunningChild,
  ended: Promise<string>,
  { closeGraceMs, terminateGraceMs }: ClientLimits,
): Promise<void> {
  await within(ended, closeGraceMs)
  if (!groupLives(child)) return
  signalGroup(child, 'SIGTERM')
  await gone(child, terminateGraceMs)
  if (!groupLives(child)) return
  signalGroup(child, 'SIGKILL')
  await within(ended, terminateGraceMs)
  await gone(child, terminateGraceMs)
}

async function gone(child: RunningChild, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (groupLives(child) && performance.now() < deadline) await delay(10)
}

async function within(event: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  const timeout = delay(ms, undefined, { signal: timer.signal }).catch(() => undefined)
  await Promise.race([event, timeout])
  timer.abort()
}
