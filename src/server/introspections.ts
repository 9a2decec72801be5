/** Servers introspected and not yet saved: kept in memory for half an hour, bounded in number and bytes (spec §8). */
import { ExecutionError } from '../errors.ts'
import { newSessionId, type SessionId, sessionId } from '../ids.ts'
import type { Introspected } from './backend.ts'

export const introspectionTtlMs: number = 30 * 60_000
export const maxIntrospections = 1000
export const maxIntrospectionBytes: number = 64 * 1024 * 1024

export interface Introspection extends Introspected {
  /** Where the tree is to be written; undefined for the servers folder. */
  readonly outputDir?: string
}

export interface IntrospectionsOptions {
  readonly now: () => number
  readonly maxEntries?: number
  readonly maxBytes?: number
  readonly ttlMs?: number
}

interface Entry extends Introspection {
  readonly expiresAt: number
  readonly bytes: number
}

export class Introspections {
  readonly #entries = new Map<SessionId, Entry>()
  readonly #options: Required<IntrospectionsOptions>
  #bytes = 0

  constructor(options: IntrospectionsOptions) {
    this.#options = {
      maxEntries: maxIntrospections,
      maxBytes: maxIntrospectionBytes,
      ttlMs: introspectionTtlMs,
      ...options,
    }
  }

  /** Keeps an introspection; throws SERVER_LIMIT where live ones already fill the number or the bytes. */
  add(introspection: Introspection): { readonly id: SessionId; readonly expiresAt: number } {
    this.#dropExpired()
    const bytes = Buffer.byteLength(JSON.stringify(introspection.catalog))
    const { maxEntries, maxBytes, ttlMs, now } = this.#options
    if (this.#entries.size >= maxEntries) throw full(`${maxEntries} sessions are open`)
    if (this.#bytes + bytes > maxBytes) throw full(`open sessions hold ${this.#bytes} bytes`)
    const id = newSessionId()
    const expiresAt = now() + ttlMs
    this.#entries.set(id, { ...introspection, expiresAt, bytes })
    this.#bytes += bytes
    return { id, expiresAt }
  }

  /** Throws NOT_FOUND for a session that never was, has been saved or has expired. */
  get(id: string): Introspection {
    this.#dropExpired()
    const entry = this.#entries.get(sessionId(id))
    if (entry !== undefined) return entry
    throw new ExecutionError(
      'NOT_FOUND',
      `Cannot use the session "${id}": it is unknown or has expired; call introspect_server again`,
    )
  }

  delete(id: string): void {
    const entry = this.#entries.get(sessionId(id))
    if (entry === undefined) return
    this.#entries.delete(sessionId(id))
    this.#bytes -= entry.bytes
  }

  // A Map keeps insertion order and all entries live equally long: the oldest expire first.
  #dropExpired(): void {
    const now = this.#options.now()
    for (const [id, { expiresAt }] of this.#entries) {
      if (expiresAt > now) return
      this.delete(id)
    }
  }
}

function full(how: string): ExecutionError {
  return new ExecutionError(
    'SERVER_LIMIT',
    `Cannot open a session: ${how}; save one with save_categorized_tools or wait until one expires`,
  )
}
