/** Prepared programs and compiled modules by the BLAKE3 of their bytes; the least recently used goes first. */
import { LRUCache } from 'lru-cache'

import { blake3 } from '../digest.ts'
import type { CacheSnapshot } from './snapshot.ts'

const maxEntries = 100
/** Characters of texts whose keys are remembered. */
const maxRemembered = 4 << 20

export class KeyedCache<T extends object> {
  readonly #prefix: 'program' | 'wasm'
  readonly #entries = new LRUCache<string, T>({ max: maxEntries })
  readonly #keys = new LRUCache<string, string>({
    max: maxEntries,
    maxSize: maxRemembered,
    sizeCalculation: (_key, text) => text.length + 1,
  })
  #hits = 0
  #misses = 0

  constructor(prefix: 'program' | 'wasm') {
    this.#prefix = prefix
  }

  async keyOf(bytes: string | Uint8Array): Promise<string> {
    const known = typeof bytes === 'string' ? this.#keys.get(bytes) : undefined
    if (known !== undefined) return known
    const key = `${this.#prefix}_${await blake3(bytes)}`
    if (typeof bytes === 'string') this.#keys.set(bytes, key)
    return key
  }

  /** Counts a hit or a miss. */
  get(key: string): T | undefined {
    const found = this.#entries.get(key)
    if (found === undefined) this.#misses += 1
    else this.#hits += 1
    return found
  }

  set(key: string, value: T): void {
    this.#entries.set(key, value)
  }

  snapshot(): CacheSnapshot {
    return {
      size: this.#entries.size,
      max: maxEntries,
      hits: this.#hits,
      misses: this.#misses,
      keys: [...this.#entries.keys()],
    }
  }
}
