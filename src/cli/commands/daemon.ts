/** `daemon start|stop|status|restart|logs`: the background process that keeps connections warm. */
import { readFile } from 'node:fs/promises'

import { type DaemonStatus, parseStatus } from '../../daemon/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import {
  type DaemonLink,
  daemonLogFile,
  isAlive,
  joinOurDaemon,
  reachOurDaemon,
} from '../../runtime/index.ts'
import { cleanText, formatBytes } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'

export async function startDaemon(world: World): Promise<ExitCode> {
  const running = await daemonStatus(world)
  if (running !== undefined) return report(world, running, 'The daemon runs already')
  const link = await reachOurDaemon(world)
  if (link === undefined) throw notStarted(world)
  return report(world, await statusOver(link), 'The daemon runs')
}

export async function stopDaemon(world: World): Promise<ExitCode> {
  const stopped = await stop(world)
  const words = stopped ? 'The daemon is stopped' : 'No daemon runs'
  print(world, { data: { stopped }, pretty: () => words })
  return 0
}

export async function restartDaemon(world: World): Promise<ExitCode> {
  await stop(world)
  return await startDaemon(world)
}

/** Exit code 1 where none runs, so that scripts can ask. */
export async function showDaemon(world: World): Promise<ExitCode> {
  const status = await daemonStatus(world)
  if (status !== undefined) return report(world, status, 'The daemon runs')
  print(world, {
    data: { running: false },
    pretty: () => 'No daemon runs; the first call starts one',
  })
  return 1
}

export async function showDaemonLogs(
  { lines }: { readonly lines: number },
  world: World,
): Promise<ExitCode> {
  const text = await readFile(daemonLogFile(world.places.stateDir), 'utf8').catch(() => '')
  const last = text
    .split('\n')
    .filter(line => line !== '')
    .slice(-lines)
    .map(cleanText)
  print(world, { data: last.map(parsed), text: last, pretty: () => last.join('\n') })
  return 0
}

/** What the running daemon says of itself; undefined where none runs. */
export async function daemonStatus(world: World): Promise<DaemonStatus | undefined> {
  const link = await joinOurDaemon(world)
  return link === undefined ? undefined : await statusOver(link)
}

async function statusOver(link: DaemonLink): Promise<DaemonStatus> {
  try {
    return await parseStatus(await link.request({ body: { op: 'status' } }))
  } finally {
    link.close()
  }
}

async function stop(world: World): Promise<boolean> {
  const status = await daemonStatus(world)
  const link = await joinOurDaemon(world)
  if (status === undefined || link === undefined) return false
  // The answer may get lost as the daemon goes: what counts is that it goes.
  await link.request({ body: { op: 'stop' } }).catch(() => undefined)
  const ended = await hasEnded(status.pid, link)
  link.close()
  if (ended) return true
  throw new ExecutionError(
    'DAEMON_UNAVAILABLE',
    `Cannot stop the daemon: process ${status.pid} was asked to, and still runs after ${stopMs / 1000} s; end it yourself`,
  )
}

/** Longer than its servers may take to be ended. */
const stopMs = 15_000
/** From hanging up, the last that a daemon does, to the end of its process. */
const exitMs = 5000

/** Where nobody can tell an ended process from one its parent has not reaped, one that has hung up is not waited for long. */
async function hasEnded(pid: number, link: DaemonLink): Promise<boolean> {
  const started = performance.now()
  let hungUpAt: number | undefined
  while (isAlive(pid)) {
    const now = performance.now()
    if (!link.alive()) hungUpAt ??= now
    if (hungUpAt !== undefined && now - hungUpAt > exitMs) return true
    if (hungUpAt === undefined && now - started > stopMs) return false
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return true
}

function notStarted({ places }: World): ExecutionError {
  const log = daemonLogFile(places.stateDir)
  return new ExecutionError(
    'DAEMON_UNAVAILABLE',
    `Cannot start the daemon: it did not answer; see ${log}`,
  )
}

function report(world: World, status: DaemonStatus, words: string): ExitCode {
  const data = { running: true, ...status, uptimeMs: world.now() - status.startedAt }
  print(world, {
    data,
    pretty: colors => {
      const { pid, version, memoryBytes, idleMs, connections, cache } = status
      const facts = [
        ['process', String(pid)],
        ['version', version],
        ['up', duration(data.uptimeMs)],
        ['memory', formatBytes(memoryBytes)],
        ['stops after', `${duration(idleMs)} without a call`],
        ['result cache', `${cache.entries} entries, ${cache.hits} hits, ${cache.misses} misses`],
      ]
      const list = connections.length === 0 ? 'No connections' : connectionTable(connections)
      return `${colors.bold(words)}\n${table(facts)}\n\n${list}`
    },
  })
  return 0
}

export function connectionTable(connections: DaemonStatus['connections']): string {
  const rows = connections.map(
    ({ server, transport, state, calls, inFlight, queued, connects }) => [
      server,
      transport,
      state,
      `${calls} calls`,
      `${inFlight} running, ${queued} queued`,
      `connected ${connects} times`,
    ],
  )
  return table(rows)
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return { event: line }
  }
}
