/** What one program is checked against and may import: the servers it names, made once for each set of catalogs. */
import { LRUCache } from 'lru-cache'

import type { Catalog } from '../catalog/index.ts'
import { callDeclarations, nameTools, sandboxModules, signatureOf } from '../codegen/index.ts'
import { sha256 } from '../digest.ts'
import type { VirtualModules } from '../sandbox/index.ts'
import type { Declarations } from '../typecheck/index.ts'
import type { KnownServer } from './tool-set.ts'

export interface DeclaredTools {
  readonly declarations: Declarations
  /** What programs import: the same map every time, so that a worker is sent it once. */
  readonly modules: () => VirtualModules
}

export type DeclareTools = (
  catalogs: readonly Catalog[],
  servers: readonly KnownServer[],
) => DeclaredTools

const keptSets = 16

export function toolDeclarer(): DeclareTools {
  const kept = new LRUCache<string, DeclaredTools>({ max: keptSets })
  return (catalogs, servers) => {
    const parts = [
      ...catalogs.map(({ server, digest }) => `${server.id} ${digest}`),
      '',
      ...servers.map(({ id }) => id),
    ]
    const digest = sha256(parts.join('\n')).slice(0, 32)
    const known = kept.get(digest)
    if (known !== undefined) return known
    const made = declare(catalogs, servers, digest)
    kept.set(digest, made)
    return made
  }
}

/** Servers whose names stand in the program: the only ones it can call by a name known before it runs. */
export function mentioned<Server extends KnownServer>(
  program: string,
  servers: readonly Server[],
): Server[] {
  return servers.filter(({ id }) => program.includes(id))
}

function declare(
  catalogs: readonly Catalog[],
  servers: readonly KnownServer[],
  digest: string,
): DeclaredTools {
  const { text, modules } = callDeclarations(catalogs)
  let mounted: VirtualModules | undefined
  const tools = catalogs.flatMap(catalog =>
    nameTools(catalog).map(named => ({
      server: catalog.server.id,
      tool: named.tool.name,
      typescriptName: named.name,
      signature: () => signatureOf(named),
    })),
  )
  return {
    declarations: { digest, text, modules, servers: servers.map(({ id }) => id), tools },
    modules: () => (mounted ??= new Map(catalogs.flatMap(catalog => [...sandboxModules(catalog)]))),
  }
}
