/** Something that keeps values by key for a while (contract §2): the result cache is one. */
import { LRUCache } from 'lru-cache'

export interface CacheProvider<Value> {
  get(key: string): Promise<Value | undefined>
  set(key: string, value: Value): Promise<void>
  /** True where there was something to remove. */
  remove(key: string): Promise<boolean>
  clear(): Promise<void>
  contains(key: string): Promise<boolean>
  size(): Promise<number>
}

export interface MemoryCacheOptions<Value> {
  readonly maxEntries: number
  readonly ttlMs: number
  readonly maxBytes: number
  readonly bytesOf: (value: Value) => number
  readonly now: () => number
}

/** Least recently used out first; what is older than `ttlMs` is gone. */
export function memoryCache<Value extends object>({
  maxEntries,
  ttlMs,
  maxBytes,
  bytesOf,
  now,
}: MemoryCacheOptions<Value>): CacheProvider<Value> {
  const entries = new LRUCache<string, Value>({
    max: maxEntries,
    ttl: ttlMs,
    maxSize: maxBytes,
    sizeCalculation: value => Math.max(1, bytesOf(value)),
    perf: { now },
    ttlResolution: 0,
  })
  return {
    get: async key => entries.get(key),
    set: async (key, value) => void entries.set(key, value),
    remove: async key => entries.delete(key),
    clear: async () => entries.clear(),
    contains: async key => entries.has(key),
    size: async () => {
      entries.purgeStale()
      return entries.size
    },
  }
}
