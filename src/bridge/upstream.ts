/** One server as the bridge knows it: its connection, its queue, its breaker, its catalog. */
import {
  type CircuitBreakerPolicy,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel'
import PQueue from 'p-queue'

import type { Catalog } from '../catalog/index.ts'
import type { Connection } from '../client/index.ts'
import type { ServerSpec } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'
import { unlessAborted } from './abort.ts'
import type { BridgeDeps, ConnectionInfo, Wait } from './bridge-deps.ts'
import { catalogKey, connectionKey } from './keys.ts'
import type { BridgeLimits } from './limits.ts'

export class Upstream {
  readonly spec: ServerSpec
  readonly key: string
  readonly queue: PQueue
  readonly #deps: BridgeDeps
  readonly #breaker: CircuitBreakerPolicy
  readonly #stopped = new AbortController()
  readonly #catalogTtlMs: number
  #connection: Promise<Connection> | undefined
  #live: Connection | undefined
  #catalog: Promise<Catalog> | undefined
  /** The latest that a live connection gave. */
  #listed: Catalog | undefined
  #kept: Promise<Catalog | undefined> | undefined
  #lastFailure = ''
  #inFlight = 0
  #listings = 0
  #calls = 0
  #connects = 0
  #lost = 0
  /** How often the server has said that its tools changed. */
  #changes = 0
  lastUsedAt: number

  constructor(spec: ServerSpec, deps: BridgeDeps, limits: BridgeLimits) {
    this.spec = spec
    this.key = connectionKey(spec)
    this.#deps = deps
    this.lastUsedAt = deps.now()
    this.queue = newQueue(spec, limits)
    this.#catalogTtlMs = limits.catalogTtlMs
    this.#breaker = circuitBreaker(handleWhen(isServersFault), {
      breaker: new ConsecutiveBreaker(limits.breakerFailures),
      halfOpenAfter: limits.breakerMs,
    })
  }

  /** Names what results were read from: a server started anew may have forgotten, or learnt, anything. */
  get source(): string {
    return `${this.key}/${this.#lost}`
  }

  get #mayWait(): boolean {
    const { maxCallsPerSecond } = this.spec.settings
    const { size, concurrency } = this.queue
    return maxCallsPerSecond !== undefined || size > 0 || this.#inFlight >= concurrency
  }

  /** Somebody waits for it: for a call, a connect or a listing. */
  get isBusy(): boolean {
    const isConnecting = this.#connection !== undefined && this.#live === undefined
    return this.#inFlight > 0 || this.queue.size > 0 || this.#listings > 0 || isConnecting
  }

  /** Runs work in this server's turn; queued work that is cancelled never starts. */
  async inTurn<Value>(work: () => Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    const turn = async (): Promise<Value> => {
      signal?.throwIfAborted()
      this.#inFlight += 1
      this.#calls += 1
      try {
        return await work()
      } finally {
        this.#inFlight -= 1
        this.lastUsedAt = this.#deps.now()
      }
    }
    // A call that starts at once needs no watching here, which costs more than all else the queue does.
    if (signal === undefined || !this.#mayWait) return await this.queue.add(turn)
    return await unlessAborted(this.queue.add(turn, { signal }), signal)
  }

  /** The live connection, made if need be; callers at the same moment share one connect. */
  async connection({ signal, env }: Wait = {}): Promise<Connection> {
    if (this.#live !== undefined && signal?.aborted !== true) return this.#live
    this.#connection ??= this.#connect(env)
    return await unlessAborted(this.#connection, signal)
  }

  /** What the server offers, asked once a connection and again when it says that its tools changed. */
  async catalog(wait: Wait = {}): Promise<Catalog> {
    const connection = await this.connection(wait)
    this.#catalog ??= this.#introspect(connection)
    return await unlessAborted(this.#catalog, wait.signal)
  }

  /** What is known of the server without asking it: this connection's catalog, or one kept from before. */
  async knownCatalog(): Promise<Catalog | undefined> {
    const listed = this.#listed
    if (listed !== undefined) return listed
    this.#kept ??= this.#readKept()
    return await this.#kept
  }

  info(): ConnectionInfo {
    const live = this.#live
    return {
      server: this.spec.id,
      key: this.key.slice(0, 12),
      transport: this.spec.target.type,
      state:
        live === undefined ? (this.#connection === undefined ? 'closed' : 'connecting') : 'open',
      ...(live && { protocolVersion: live.handshake.protocolVersion }),
      inFlight: this.#inFlight,
      queued: this.queue.size,
      calls: this.#calls,
      connects: this.#connects,
      lastUsedAt: this.lastUsedAt,
    }
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    this.queue.clear()
    const connection = await this.#connection?.catch(() => undefined)
    this.#forget(connection)
    await connection?.[Symbol.asyncDispose]()
  }

  async #connect(env: Wait['env']): Promise<Connection> {
    const { signal } = this.#stopped
    try {
      const connection = await this.#breaker.execute(() =>
        this.#deps.connect(this.spec, { signal, env }),
      )
      this.#live = connection
      this.#connects += 1
      connection.onToolsChanged(() => {
        this.#changes += 1
        this.#catalog = undefined
        this.#listed = undefined
        this.#kept = Promise.resolve(undefined)
      })
      void connection.closed.then(() => this.#forget(connection))
      // Whoever calls next is checked against what the server offers now, not against what was kept.
      this.#catalog = this.#introspect(connection)
      this.#catalog.catch(() => undefined)
      return connection
    } catch (error) {
      this.#connection = undefined
      if (isBrokenCircuitError(error)) throw this.#circuitOpen(error)
      this.#lastFailure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  async #introspect(connection: Connection): Promise<Catalog> {
    const changes = this.#changes
    this.#listings += 1
    try {
      const catalog = await this.#deps.introspect(this.spec, connection, {
        signal: this.#stopped.signal,
      })
      // What changed while it was being read may be half of either: it serves who waits for it, and is not kept.
      if (changes !== this.#changes) return catalog
      this.#listed = catalog
      const kept = { catalog, key: catalogKey(this.spec), savedAt: this.#deps.now() }
      void this.#deps.catalogs?.write(this.spec.id, kept)
      return catalog
    } catch (error) {
      this.#catalog = undefined
      throw error
    } finally {
      this.#listings -= 1
    }
  }

  async #readKept(): Promise<Catalog | undefined> {
    const { catalogs, now } = this.#deps
    const kept = await catalogs?.read(this.spec.id)
    const current = kept?.key === catalogKey(this.spec) && now() - kept.savedAt < this.#catalogTtlMs
    return current ? kept.catalog : undefined
  }

  #forget(connection: Connection | undefined): void {
    if (this.#live !== connection) return
    this.#lost += 1
    this.#live = undefined
    this.#connection = undefined
    this.#catalog = undefined
  }

  #circuitOpen(cause: unknown): ExecutionError {
    const name = quoteName(this.spec.name)
    const how = `its last connects all failed, the latest so: ${this.#lastFailure}`
    return new ExecutionError(
      'CIRCUIT_OPEN',
      `Cannot connect to server ${name}: ${how}; it is tried again in a few seconds`,
      {
        cause,
        details: { server: this.spec.id },
      },
    )
  }
}

function newQueue({ settings }: ServerSpec, { concurrentCalls }: BridgeLimits): PQueue {
  const { maxCallsPerSecond, maxConcurrentCalls } = settings
  return new PQueue({
    concurrency: maxConcurrentCalls ?? concurrentCalls,
    ...(maxCallsPerSecond !== undefined && {
      interval: maxCallsPerSecond < 1 ? 1000 / maxCallsPerSecond : 1000,
      intervalCap: Math.max(1, Math.floor(maxCallsPerSecond)),
    }),
  })
}

// What the user or the config got wrong says nothing about the server.
function isServersFault(error: Error): boolean {
  const faults = ['SERVER_UNREACHABLE', 'SERVER_CLOSED', 'SERVER_PROTOCOL', 'CONNECT_TIMEOUT']
  return !(error instanceof ExecutionError) || faults.includes(error.code)
}
