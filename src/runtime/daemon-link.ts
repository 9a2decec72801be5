/** One socket to the daemon: requests multiplexed by id, cancellable; the process may end while none is in flight. */
import { createConnection, type Socket } from 'node:net'

import { type DaemonHome, type DaemonInfo, plainVariables, readDaemonInfo } from './daemon-files.ts'
import { ToolError } from './result.ts'
import {
  fitsFrame,
  fromLine,
  gatherWrites,
  isRecord,
  lineReader,
  maxFrameBytes,
  toLine,
} from './wire.ts'

/** Bumped whenever a frame changes its meaning: both sides must speak the same. */
export const daemonProtocol = 1

const greetingMs = 5000
const readBytes = 64 * 1024

export interface LinkRequest {
  readonly body: Readonly<Record<string, unknown>>
  /** Answers the daemon's question for the variables a server's entry names. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: unknown) => void) | undefined
}

export interface DaemonLink {
  /** The daemon's answer; rejects with a ToolError that carries the daemon's code. */
  request(request: LinkRequest): Promise<unknown>
  readonly alive: () => boolean
  close(): void
}

interface Pending extends LinkRequest {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Connects and shakes hands; undefined where nothing listens there or it is no daemon of ours. */
export async function openDaemonLink(
  { socket: path, token, version }: DaemonInfo,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<DaemonLink | undefined> {
  const link = new Link(path)
  const timer = setTimeout(() => link.close(), greetingMs)
  const hello = {
    protocol: daemonProtocol,
    version,
    token,
    cwd: process.cwd(),
    env: plainVariables(env),
  }
  const welcome = await link.greet(hello)
  clearTimeout(timer)
  return welcome ? link : undefined
}

/** A link to a daemon that already runs. */
export async function joinDaemon(
  home: Pick<DaemonHome, 'runDir'>,
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<DaemonLink | undefined> {
  const info = readDaemonInfo(home.runDir, version)
  return info && (await openDaemonLink(info, env))
}

class Link implements DaemonLink {
  readonly #welcomed: Promise<boolean>
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  #welcome: (accepted: boolean) => void = () => {}
  #lastId = 0

  constructor(path: string) {
    this.#welcomed = new Promise(resolve => {
      this.#welcome = resolve
    })
    const read = lineReader({ onLine: line => this.#read(line), onTooLong: () => this.close() })
    // One buffer for all that comes: a stream would take a new one of 64 KiB for every answer.
    const callback = (bytes: number, buffer: Uint8Array): boolean => {
      read(Buffer.from(buffer.subarray(0, bytes)))
      return true
    }
    this.#socket = createConnection({
      path,
      onread: { buffer: Buffer.allocUnsafe(readBytes), callback },
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#end())
  }

  /** True where the daemon takes us in. */
  async greet(hello: object): Promise<boolean> {
    this.#socket.write(toLine({ hello }))
    return await this.#welcomed
  }

  readonly alive = (): boolean => !this.#socket.destroyed && this.#socket.writable

  request(request: LinkRequest): Promise<unknown> {
    const { body, signal, onProgress } = request
    if (!this.alive()) return Promise.reject(lost())
    if (signal?.aborted === true) return Promise.reject(cancelled())
    const id = ++this.#lastId
    const line = toLine({ id, ...body, ...(onProgress && { progress: true }) })
    if (!fitsFrame(line)) return Promise.reject(tooLarge())
    return new Promise<unknown>((resolve, reject) => {
      const cancel = (): void => {
        this.#socket.write(toLine({ cancel: id }))
        this.#settle(id)
        reject(cancelled())
      }
      signal?.addEventListener('abort', cancel, { once: true })
      const forget = (): void => signal?.removeEventListener('abort', cancel)
      this.#pending.set(id, {
        ...request,
        resolve: value => (forget(), resolve(value)),
        reject: error => (forget(), reject(error)),
      })
      this.#socket.ref()
      // A call on its own leaves at once; those beside it leave together.
      if (this.#pending.size > 1) gatherWrites(this.#socket)
      this.#socket.write(line)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(line: string): void {
    const frame = fromLine(line) ?? {}
    if (isRecord(frame['welcome'])) return this.#accept(true)
    if (frame['refused'] !== undefined) return this.#accept(false)
    const id = frame['id']
    if (typeof id === 'number') this.#answer(id, frame)
  }

  #accept(accepted: boolean): void {
    this.#welcome(accepted)
    if (this.#pending.size === 0) this.#socket.unref()
    if (!accepted) this.close()
  }

  #answer(id: number, frame: Record<string, unknown>): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    if (Array.isArray(frame['needs'])) return this.#give(id, frame['needs'], pending.env ?? {})
    if (frame['progress'] !== undefined) return pending.onProgress?.(frame['progress'])
    this.#settle(id)
    const error = frame['error']
    if (!isRecord(error)) return pending.resolve(frame['result'])
    pending.reject(new ToolError(String(error['code']), String(error['message']), error['details']))
  }

  #give(
    id: number,
    names: readonly unknown[],
    env: Readonly<Record<string, string | undefined>>,
  ): void {
    const given = names.map(name => [String(name), env[String(name)]])
    this.#socket.write(toLine({ id, env: Object.fromEntries(given) }))
  }

  #settle(id: number): void {
    this.#pending.delete(id)
    if (this.#pending.size === 0) this.#socket.unref()
  }

  #end(): void {
    this.#welcome(false)
    const left = [...this.#pending.values()]
    this.#pending.clear()
    for (const pending of left) pending.reject(lost())
  }
}

function lost(): ToolError {
  return new ToolError(
    'DAEMON_UNAVAILABLE',
    'Cannot finish the call: the daemon went away; whether the tool ran is unknown, and the next call starts a new daemon',
  )
}

function tooLarge(): ToolError {
  const message = `Cannot send the call: it is over ${maxFrameBytes / 1024 / 1024} MiB; give the tool less at once`
  return new ToolError('MESSAGE_TOO_LARGE', message)
}

function cancelled(): ToolError {
  return new ToolError('INTERRUPTED', 'Cannot finish the call: it was cancelled')
}
