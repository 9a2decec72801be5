/** Modules that a plugin holds ready for the sandbox, in place of preparing a server's tree again. */
import { existsSync } from 'node:fs'

import { LRUCache } from 'lru-cache'

import type { Catalog } from '../catalog/index.ts'
import { sandboxModules } from '../codegen/index.ts'
import type { VirtualModules } from '../sandbox/index.ts'
import type { DeclaredTools } from './declared-tools.ts'

/** The modules of exactly this catalog; undefined where no whole plugin of it is saved. */
export type PreparedFor = (catalog: Catalog) => Promise<VirtualModules | undefined>

const keptServers = 32

export function preparedFor(pluginsDir: string): PreparedFor {
  const kept = new LRUCache<string, Promise<VirtualModules | 'none'>>({ max: keptServers })
  return async catalog => {
    const key = `${catalog.server.id} ${catalog.digest}`
    const loading = kept.get(key) ?? load(catalog, pluginsDir)
    kept.set(key, loading)
    const found = await loading
    return found === 'none' ? undefined : found
  }
}

export type AddPrepared = (
  declared: DeclaredTools,
  catalogs: readonly Catalog[],
) => Promise<DeclaredTools>

/** Puts prepared modules in the place of the tree's; the same map for the same catalogs. */
export function preparedAdder(prepared: PreparedFor | undefined): AddPrepared {
  const kept = new LRUCache<string, DeclaredTools>({ max: keptServers })
  return async (declared, catalogs) => {
    if (prepared === undefined || catalogs.length === 0) return declared
    const known = kept.get(declared.declarations.digest)
    if (known !== undefined) return known
    const found = await Promise.all(catalogs.map(prepared))
    if (found.every(modules => modules === undefined)) return declared
    let mounted: VirtualModules | undefined
    const modules = (): VirtualModules =>
      (mounted ??= new Map(
        catalogs.flatMap((catalog, at) => [...(found[at] ?? sandboxModules(catalog))]),
      ))
    const made = { ...declared, modules }
    kept.set(declared.declarations.digest, made)
    return made
  }
}

async function load(catalog: Catalog, pluginsDir: string): Promise<VirtualModules | 'none'> {
  // Most users have no plugins: what reads them is loaded where there are some.
  if (!existsSync(pluginsDir)) return 'none'
  const { modulesOf } = await import('./plugin-modules.ts')
  return (await modulesOf(catalog, pluginsDir)) ?? 'none'
}
