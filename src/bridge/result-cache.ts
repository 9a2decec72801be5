/** Results worth keeping: of tools that only read, or that the entry names; never errors. */
import type { Tool } from '../catalog/index.ts'
import type { ToolResult } from '../client/index.ts'
import type { ServerSpec } from '../config/index.ts'
import { cacheKey } from '../ids.ts'
import { type CacheProvider, memoryCache } from './cache-provider.ts'
import type { BridgeLimits } from './limits.ts'

export interface CacheInfo {
  readonly entries: number
  readonly hits: number
  readonly misses: number
}

/** One call's place in the cache; undefined for calls that are never cached. */
export interface CachedCall {
  readonly find: () => Promise<ToolResult | undefined>
  readonly keep: (result: ToolResult, bytes: number) => Promise<void>
}

export interface ResultCache {
  /** The place of this call's result; undefined where it is not to be kept. */
  at(call: KeyedCall): Promise<CachedCall | undefined>
  /** The server's state may have changed: nothing read from it before counts any more. */
  changed(connection: string): void
  info(): Promise<CacheInfo>
  clear(): Promise<void>
}

export interface KeyedCall {
  readonly spec: ServerSpec
  readonly tool: Tool
  readonly args: Readonly<Record<string, unknown>>
  /** Names the very server, its variables' values included: two accounts never share a result. */
  readonly connection: string
}

interface Kept {
  readonly result: ToolResult
  readonly bytes: number
}

export function resultCache(limits: BridgeLimits, now: () => number): ResultCache {
  const entries: CacheProvider<Kept> = memoryCache<Kept>({
    maxEntries: limits.cacheEntries,
    ttlMs: limits.cacheTtlMs,
    maxBytes: limits.cacheBytes,
    bytesOf: ({ bytes }) => bytes,
    now,
  })
  const keepsAny = limits.cacheEntries > 0 && limits.cacheTtlMs > 0
  const epochs = new Map<string, number>()
  let hits = 0
  let misses = 0
  const find = async (key: string): Promise<ToolResult | undefined> => {
    const kept = await entries.get(key)
    if (kept === undefined) misses += 1
    else hits += 1
    return kept?.result
  }
  return {
    async at({ spec, tool, args, connection }) {
      if (!keepsAny || !isCacheable(spec, tool)) return undefined
      // Taken before the call: what was read before a change lands where nobody looks any more.
      const epoch = epochs.get(connection) ?? 0
      const key = `${connection}/${epoch}/${await cacheKey(spec.id, tool.name, args)}`
      return {
        find: () => find(key),
        async keep(result, bytes) {
          if (result.isError !== true) await entries.set(key, { result, bytes })
        },
      }
    },
    changed: connection => void epochs.set(connection, (epochs.get(connection) ?? 0) + 1),
    info: async () => ({ entries: await entries.size(), hits, misses }),
    clear: () => entries.clear(),
  }
}

function isCacheable({ settings }: ServerSpec, { name, annotations }: Tool): boolean {
  return annotations?.readOnlyHint === true || settings.cacheTools?.includes(name) === true
}
