/** One caller's connection to the daemon: handshake, requests by id, cancellation, progress, back-pressure. */
import { timingSafeEqual } from 'node:crypto'
import { getEventListeners } from 'node:events'
import type { Socket } from 'node:net'

import { sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import {
  daemonProtocol,
  fitsFrame,
  fromLine,
  gatherWrites,
  isRecord,
  lineReader,
  maxFrameBytes,
  toLine,
} from '../runtime/index.ts'
import { CallerEnv } from './asking-env.ts'
import type { AskedCaller } from './find-server.ts'

/** One request, as the operations see it. */
export interface Request {
  readonly op: string
  readonly body: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  /** Present where the caller wants to hear of progress. */
  readonly onProgress?: (progress: unknown) => void
  /** Who asks, as far as that is known. */
  readonly caller: Pick<AskedCaller, 'cwd' | 'known'>
  /** Runs work that looks at the caller's variables, as often as it takes to be told those it looks at. */
  readonly asCaller: <Value>(work: (caller: AskedCaller) => Promise<Value>) => Promise<Value>
}

export interface SessionDeps {
  readonly token: string
  readonly version: string
  readonly handle: (request: Request) => Promise<unknown>
}

const maxUnsentBytes = 1024 * 1024
const maxSpare = 64

/** Serves a socket until it closes; a caller that goes away takes its unfinished requests with it. */
export function serveSession(socket: Socket, deps: SessionDeps): void {
  const session = new Session(socket, deps)
  const reader = lineReader({
    onLine: line => session.read(line),
    onTooLong: bytes => session.refuse('MESSAGE_TOO_LARGE', `a request of over ${bytes} bytes`),
  })
  socket.on('data', reader)
  socket.on('error', () => undefined)
  socket.on('close', () => session.end())
}

interface InFlight {
  readonly abort: AbortController
  /** Takes the caller's answer to what it was asked. */
  tell: ((env: unknown) => void) | undefined
}

class Session {
  readonly #socket: Socket
  readonly #deps: SessionDeps
  readonly #inFlight = new Map<number, InFlight>()
  readonly #env = new CallerEnv()
  /** Never aborted, and listened to by nobody any more: a signal costs more to make than most calls need of it. */
  readonly #spare: AbortController[] = []
  #caller: { readonly cwd: string } | undefined

  constructor(socket: Socket, deps: SessionDeps) {
    this.#socket = socket
    this.#deps = deps
  }

  read(line: string): void {
    const frame = fromLine(line)
    if (frame === undefined) return this.refuse('INVALID_ARGUMENT', 'a line that is no JSON object')
    if (this.#caller === undefined) return this.#greet(frame['hello'])
    const { id, cancel, env } = frame
    if (typeof cancel === 'number') return this.#inFlight.get(cancel)?.abort.abort()
    if (typeof id !== 'number') return this.refuse('INVALID_ARGUMENT', 'a request without an id')
    if (env !== undefined) return this.#inFlight.get(id)?.tell?.(env)
    if (!this.#inFlight.has(id)) void this.#serve(id, frame)
  }

  refuse(code: string, what: string): void {
    this.#send({ refused: { code, message: `Cannot talk to the daemon: it was sent ${what}` } })
    this.#socket.end()
    this.end()
  }

  get #cwd(): string {
    return this.#caller?.cwd ?? '/'
  }

  end(): void {
    for (const { abort } of this.#inFlight.values()) abort.abort()
  }

  #greet(hello: unknown): void {
    const { protocol, token, cwd, env } = isRecord(hello) ? hello : {}
    if (protocol !== daemonProtocol) return this.refuse('INVALID_ARGUMENT', 'another protocol')
    if (typeof token !== 'string' || !isSame(token, this.#deps.token)) {
      return this.refuse('SECURITY_REFUSED', 'a wrong token')
    }
    this.#caller = { cwd: typeof cwd === 'string' ? cwd : '/' }
    this.#learn(env)
    this.#send({ welcome: { pid: process.pid, version: this.#deps.version } })
  }

  async #serve(id: number, body: Readonly<Record<string, unknown>>): Promise<void> {
    const flight: InFlight = { abort: this.#spare.pop() ?? new AbortController(), tell: undefined }
    this.#inFlight.set(id, flight)
    try {
      const result = await this.#deps.handle({
        op: String(body['op']),
        body,
        signal: flight.abort.signal,
        ...(body['progress'] === true && { onProgress: progress => this.#send({ id, progress }) }),
        caller: { cwd: this.#cwd, known: this.#env.values },
        asCaller: work => this.#asCaller(id, flight, work),
      })
      this.#answer(id, { result: result ?? null })
    } catch (error) {
      this.#answer(id, { error: described(error) })
    } finally {
      this.#inFlight.delete(id)
      this.#spareLater(flight.abort)
    }
  }

  #spareLater(abort: AbortController): void {
    const isFree = !abort.signal.aborted && getEventListeners(abort.signal, 'abort').length === 0
    if (isFree && this.#spare.length < maxSpare) this.#spare.push(abort)
  }

  async #asCaller<Value>(
    id: number,
    flight: InFlight,
    work: (caller: AskedCaller) => Promise<Value>,
  ): Promise<Value> {
    const cwd = this.#cwd
    for (;;) {
      const { env, unknown } = this.#env.asking()
      const outcome = await work({ cwd, env, known: this.#env.values }).then(
        value => ({ value }),
        (error: unknown) => ({ error }),
      )
      if (unknown.size > 0) await this.#ask(id, flight, [...unknown])
      else if ('error' in outcome) throw outcome.error
      else return outcome.value
    }
  }

  async #ask(id: number, flight: InFlight, names: readonly string[]): Promise<void> {
    const { signal } = flight.abort
    const told = await new Promise<unknown>((resolve, reject) => {
      flight.tell = resolve
      signal.addEventListener('abort', () => reject(gone()), { once: true })
      if (signal.aborted) reject(gone())
      else this.#send({ id, needs: names })
    })
    // What the caller left out is not set there: it is not asked for again.
    for (const name of names) this.#env.learn(name, undefined)
    this.#learn(told)
  }

  #learn(env: unknown): void {
    for (const [name, value] of Object.entries(isRecord(env) ? env : {})) {
      if (typeof value === 'string') this.#env.learn(name, value)
    }
  }

  #answer(id: number, answer: object): void {
    const line = toLine({ id, ...answer })
    if (fitsFrame(line)) return this.#write(line)
    const message = `Cannot hand over the result: it is over ${maxFrameBytes / 1024 / 1024} MiB; ask the tool for less`
    this.#send({ id, error: { code: 'MESSAGE_TOO_LARGE', message } })
  }

  #send(frame: object): void {
    this.#write(toLine(frame))
  }

  /** A caller that does not read its answers is not read from either. */
  #write(line: string): void {
    const socket = this.#socket
    if (!socket.writable) return
    if (this.#inFlight.size > 1) gatherWrites(socket)
    socket.write(line)
    if (socket.writableLength < maxUnsentBytes || socket.isPaused()) return
    socket.pause()
    socket.once('drain', () => socket.resume())
  }
}

function isSame(given: string, token: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(token)))
}

function gone(): ExecutionError {
  return new ExecutionError('INTERRUPTED', 'Cannot finish the call: it was cancelled')
}

function described(error: unknown): { code: string; message: string; details?: unknown } {
  if (error instanceof ExecutionError) {
    const { code, message, details } = error
    return { code, message, ...(Object.keys(details).length > 0 && { details }) }
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) }
}
