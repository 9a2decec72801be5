/** Every server in use, by what it really is: one connection each, lazily made, the idle ones closed. */
import type { ServerSpec } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'
import type { BridgeDeps, ConnectionInfo } from './bridge-deps.ts'
import { connectionKey } from './keys.ts'
import type { BridgeLimits } from './limits.ts'
import { Upstream } from './upstream.ts'

export class Pool implements AsyncDisposable {
  readonly #upstreams = new Map<string, Upstream>()
  readonly #deps: BridgeDeps
  readonly #limits: BridgeLimits
  readonly #sweeper: NodeJS.Timeout

  constructor(deps: BridgeDeps, limits: BridgeLimits) {
    this.#deps = deps
    this.#limits = limits
    const everyMs = Math.max(10, Math.min(60_000, limits.idleMs / 4))
    this.#sweeper = setInterval(() => void this.closeIdle(), everyMs).unref()
  }

  /** Throws SERVER_LIMIT when the pool is full of servers that are all at work. */
  upstream(spec: ServerSpec): Upstream {
    const key = connectionKey(spec)
    const known = this.#upstreams.get(key)
    if (known !== undefined) return known
    this.#makeRoom(spec)
    const upstream = new Upstream(spec, this.#deps, this.#limits)
    this.#upstreams.set(key, upstream)
    return upstream
  }

  async closeIdle(): Promise<void> {
    const before = this.#deps.now() - this.#limits.idleMs
    const idle = [...this.#upstreams.values()].filter(
      upstream => !upstream.isBusy && upstream.lastUsedAt <= before,
    )
    await Promise.all(idle.map(upstream => this.#drop(upstream)))
  }

  infos(): readonly ConnectionInfo[] {
    return [...this.#upstreams.values()].map(upstream => upstream.info())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeper)
    await Promise.all([...this.#upstreams.values()].map(upstream => this.#drop(upstream)))
  }

  #makeRoom({ name }: ServerSpec): void {
    const { connections } = this.#limits
    if (this.#upstreams.size < connections) return
    const [oldest] = [...this.#upstreams.values()]
      .filter(upstream => !upstream.isBusy)
      .toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)
    if (oldest !== undefined) return void this.#drop(oldest)
    throw new ExecutionError(
      'SERVER_LIMIT',
      `Cannot connect to server ${quoteName(name)}: all ${connections} connections are at work; call again when one is done`,
      { details: { connections } },
    )
  }

  async #drop(upstream: Upstream): Promise<void> {
    this.#upstreams.delete(upstream.key)
    await upstream.close().catch(() => undefined)
  }
}
