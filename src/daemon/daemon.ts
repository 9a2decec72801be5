/** One background process a user and version: warm connections for every caller, over a private socket (contract §6). */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

import type { Bridge } from '../bridge/index.ts'
import type { Places } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { type DaemonInfo, isPrivate } from '../runtime/index.ts'
import { announce, type Announcement } from './announcement.ts'
import type { ServerFinder } from './find-server.ts'
import type { DaemonLog } from './log.ts'
import { operate } from './operations.ts'
import { type Request, serveSession } from './session.ts'
import type { DaemonStatus } from './status.ts'

export interface DaemonDeps {
  readonly places: Places
  readonly platform: NodeJS.Platform
  readonly version: string
  readonly bridge: Bridge
  readonly finder: ServerFinder
  readonly log: DaemonLog
  readonly now: () => number
  /** Without a request for this long, the daemon stops. */
  readonly idleMs: number
  /** How often it looks whether it is idle and still the announced one. */
  readonly watchMs?: number
}

export interface Daemon extends AsyncDisposable {
  readonly info: DaemonInfo
  /** Resolves when the daemon has stopped, with the reason. */
  readonly stopped: Promise<string>
  stop(reason: string): Promise<void>
}

/** Unless the settings say otherwise. */
export const defaultIdleMs: number = 15 * 60_000
/** How long calls in flight may take to end once the daemon is told to stop. */
const drainMs = 2000

/** Undefined where another daemon serves already. */
export async function startDaemon(deps: DaemonDeps): Promise<Daemon | undefined> {
  const { places, version } = deps
  mkdirSync(places.runDir, { recursive: true, mode: 0o700 })
  if (!isPrivate(places.runDir)) {
    const message = `Cannot start the daemon in "${places.runDir}": the folder is not ours alone; remove it, or make it private`
    throw new ExecutionError('SECURITY_REFUSED', message)
  }
  const token = randomBytes(32).toString('hex')
  const info = { pid: process.pid, version, token, socket: socketPath(deps) }
  const running = new RunningDaemon(deps, info)
  await running.listen()
  const announcement = await announce(places.runDir, info)
  if (announcement === undefined) {
    await running.stop('another daemon serves')
    return undefined
  }
  running.serve(announcement)
  return running
}

function socketPath({ places, platform }: DaemonDeps): string {
  const name = `${process.pid}-${randomBytes(4).toString('hex')}`
  return platform === 'win32'
    ? `\\\\.\\pipe\\mcp-execution-${name}`
    : join(places.runDir, `${name}.sock`)
}

class RunningDaemon implements Daemon {
  readonly info: DaemonInfo
  readonly stopped: Promise<string>
  readonly #deps: DaemonDeps
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #startedAt: number
  #lastUsedAt: number
  #inFlight = 0
  #announcement: Announcement | undefined
  #watcher: NodeJS.Timeout | undefined
  #stopping: Promise<void> | undefined
  #resolveStopped: (reason: string) => void = () => undefined

  constructor(deps: DaemonDeps, info: DaemonInfo) {
    this.#deps = deps
    this.info = info
    this.#startedAt = deps.now()
    this.#lastUsedAt = deps.now()
    this.#server = createServer(socket => this.#accept(socket))
    this.stopped = new Promise(resolve => {
      this.#resolveStopped = resolve
    })
  }

  async listen(): Promise<void> {
    const { socket } = this.info
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(socket, resolve)
    })
    if (this.#deps.platform !== 'win32') chmodSync(socket, 0o600)
  }

  serve(announcement: Announcement): void {
    const { idleMs, watchMs = Math.min(30_000, idleMs), log } = this.#deps
    this.#announcement = announcement
    this.#watcher = setInterval(() => this.#watch(), Math.max(10, watchMs))
    log.write('started', { version: this.info.version, idleMs })
  }

  stop(reason: string): Promise<void> {
    this.#stopping ??= this.#stop(reason)
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('disposed')
  }

  async #stop(reason: string): Promise<void> {
    clearInterval(this.#watcher)
    // Callers that come now find no daemon, and start the next one.
    this.#announcement?.withdraw()
    this.#server.close()
    await this.#drained()
    await this.#deps.bridge[Symbol.asyncDispose]()
    for (const socket of this.#sockets) socket.destroySoon()
    if (this.#deps.platform !== 'win32') rmSync(this.info.socket, { force: true })
    this.#deps.log.write('stopped', { reason })
    this.#resolveStopped(reason)
  }

  async #drained(): Promise<void> {
    const deadline = performance.now() + drainMs
    while (this.#inFlight > 0 && performance.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  #watch(): void {
    const { now, idleMs } = this.#deps
    if (this.#announcement?.stillOurs() === false) return void this.stop('another daemon serves')
    const idle = this.#inFlight === 0 && now() - this.#lastUsedAt >= idleMs
    if (idle) void this.stop('idle')
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    const { token, version } = this.info
    serveSession(socket, { token, version, handle: request => this.#handle(request) })
  }

  async #handle(request: Request): Promise<unknown> {
    const counts = request.op !== 'status' && request.op !== 'stop'
    const { bridge, finder, now } = this.#deps
    this.#inFlight += counts ? 1 : 0
    if (counts) this.#lastUsedAt = now()
    try {
      return await operate(request, {
        bridge,
        finder,
        status: () => this.#status(),
        stop: () => void this.stop('asked to'),
      })
    } catch (error) {
      this.#logFailure(request, error)
      throw error
    } finally {
      this.#inFlight -= counts ? 1 : 0
      if (counts) this.#lastUsedAt = now()
    }
  }

  #logFailure({ op, body }: Request, error: unknown): void {
    const { code, message } =
      error instanceof ExecutionError ? error : { code: 'INTERNAL', message: String(error) }
    this.#deps.log.write('failed', {
      op,
      tool: typeof body['tool'] === 'string' ? body['tool'] : '',
      code,
      message,
    })
  }

  async #status(): Promise<DaemonStatus> {
    const { bridge, idleMs } = this.#deps
    return {
      pid: this.info.pid,
      version: this.info.version,
      startedAt: this.#startedAt,
      idleMs,
      callers: this.#sockets.size,
      memoryBytes: process.memoryUsage().rss,
      cache: await bridge.cache.info(),
      connections: bridge.connections(),
    }
  }
}
