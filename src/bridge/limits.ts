/** The bridge's bounds, in one place. */

export interface BridgeLimits {
  /** Connections open at once, over all servers. */
  readonly connections: number
  /** A connection that nobody used for this long is closed. */
  readonly idleMs: number
  /** Calls in flight to one server; the rest queue. A server's `maxConcurrentCalls` overrides it. */
  readonly concurrentCalls: number
  /** Failed connects in a row after which a server is left alone for `breakerMs`. */
  readonly breakerFailures: number
  readonly breakerMs: number
  /** Further attempts at a call that may be repeated. */
  readonly retries: number
  readonly retryDelayMs: number
  readonly cacheEntries: number
  readonly cacheTtlMs: number
  readonly cacheBytes: number
  /** A catalog kept from an earlier connection is believed this long. */
  readonly catalogTtlMs: number
}

export const bridgeLimits: BridgeLimits = {
  connections: 100,
  idleMs: 15 * 60_000,
  concurrentCalls: 64,
  breakerFailures: 5,
  breakerMs: 10_000,
  retries: 2,
  retryDelayMs: 200,
  cacheEntries: 1000,
  cacheTtlMs: 5 * 60_000,
  cacheBytes: 64 * 1024 * 1024,
  catalogTtlMs: 24 * 60 * 60_000,
}
