/** A server's saved plugin, as the modules it holds. */
import type { Catalog } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import { packageVersion } from '../package-root.ts'
import { loadPlugin, type PluginMetadata } from '../plugins/index.ts'
import type { VirtualModules } from '../sandbox/index.ts'

/** Undefined where none is saved; one that is damaged, of another version or of other tools is as good as none. */
export async function modulesOf(
  catalog: Catalog,
  pluginsDir: string,
): Promise<VirtualModules | undefined> {
  try {
    const { metadata, modules } = await loadPlugin(catalog.server.id, pluginsDir)
    return isOf(metadata, catalog) ? modules : undefined
  } catch (error) {
    if (ExecutionError.is(error)) return undefined
    throw error
  }
}

function isOf({ generator_version, tools }: PluginMetadata, catalog: Catalog): boolean {
  const digests = new Map(tools.map(({ name, digest }) => [name, digest]))
  return (
    generator_version === packageVersion() &&
    digests.size === catalog.tools.length &&
    catalog.tools.every(({ name, digest }) => digests.get(name) === digest)
  )
}
