/** Catalogs kept between processes, so that a call can be checked before anything is started. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Catalog } from '../catalog/index.ts'
import type { ServerId } from '../ids.ts'

export interface KeptCatalog {
  readonly catalog: Catalog
  /** `catalogKey` of the server it came from. */
  readonly key: string
  readonly savedAt: number
}

export interface CatalogStore {
  read(server: ServerId): Promise<KeptCatalog | undefined>
  /** Never throws: the store is a cache. */
  write(server: ServerId, kept: KeptCatalog): Promise<void>
}

/** `<cacheDir>/catalogs/<id>.json`, 0600; the runtime of generated trees reads the tools' schemas from the same files. */
export function catalogStore(cacheDir: string): CatalogStore {
  const folder = join(cacheDir, 'catalogs')
  const fileOf = (server: ServerId): string => join(folder, `${server}.json`)
  return {
    async read(server) {
      const text = await readFile(fileOf(server), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : parseKept(text)
    },
    async write(server, { catalog, key, savedAt }) {
      const temporary = `${fileOf(server)}.${randomUUID()}`
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(temporary, JSON.stringify({ version: 1, key, savedAt, ...catalog }), {
          mode: 0o600,
        })
        await rename(temporary, fileOf(server))
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined)
      }
    },
  }
}

function parseKept(text: string): KeptCatalog | undefined {
  try {
    const json: unknown = JSON.parse(text)
    if (!isKeptFile(json)) return undefined
    const { server, tools, skipped, digest, key, savedAt } = json
    return { key, savedAt, catalog: { server, tools, skipped, digest } }
  } catch {
    return undefined
  }
}

// Only we write these files, and only from catalogs: the version says that the rest has its shape.
function isKeptFile(json: unknown): json is Catalog & Omit<KeptCatalog, 'catalog'> {
  return (
    typeof json === 'object' &&
    json !== null &&
    'version' in json &&
    json.version === 1 &&
    'tools' in json &&
    Array.isArray(json.tools) &&
    'key' in json &&
    typeof json.key === 'string' &&
    'savedAt' in json &&
    typeof json.savedAt === 'number'
  )
}
