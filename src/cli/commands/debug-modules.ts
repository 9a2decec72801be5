/** `debug modules`: what runs are made of: our built parts, modules that plugins hold ready, saved programs, the cache. */
import { existsSync, readdirSync } from 'node:fs'

import { statsFolder } from '../../daemon/index.ts'
import type { ExitCode } from '../../errors.ts'
import { savedPrograms } from '../../execution/index.ts'
import { builtFile } from '../../package-root.ts'
import { type ListedPlugin, listPlugins } from '../../plugins/index.ts'
import { readStats } from '../../stats/index.ts'
import { formatBytes } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import { runtimeWorld } from '../runtime.ts'
import type { World } from '../world.ts'

/** Leaves with 1 where a built part is missing: the installation is broken. */
export async function debugModules(world: World): Promise<ExitCode> {
  const files = builtParts()
  const prepared = (await listPlugins(world.places.pluginsDir)).map(shownPlugin)
  const programs = (await savedPrograms(runtimeWorld(world))).map(({ name, exports, tools }) => ({
    module: `skills/${name}`,
    exports,
    tools: tools.map(tool => `${tool.server}.${tool.name}`),
  }))
  const cache = await cacheFigures(world)
  const { versions } = process
  print(world, {
    data: { files, prepared, programs, cache, versions: { ...versions } },
    pretty: () =>
      table([
        ...files.map(({ name, present }) => [name, present ? 'present' : 'missing']),
        ...prepared.map(plugin => [`plugin ${plugin.server}`, plugin.state]),
        ...programs.map(({ module, exports }) => [module, `exports ${exports.join(', ')}`]),
        ['module cache', `${cache.hits} hits, ${cache.misses} misses, over all processes`],
        ['v8', versions.v8],
        ['uv', versions.uv],
      ]),
  })
  return files.every(({ present }) => present) ? 0 : 1
}

interface BuiltPart {
  readonly name: string
  readonly present: boolean
}

function builtParts(): readonly BuiltPart[] {
  const found = ['workers', 'assets', 'assets/runtime'].flatMap(folder =>
    filesIn(builtFile(folder)).map(name => `${folder}/${name}`),
  )
  const names = [...new Set([...essential, ...found])].toSorted()
  return names.map(name => ({ name, present: existsSync(builtFile(name)) }))
}

const essential = ['workers/daemon.js', 'assets/runtime/mcp-bridge.ts']

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => entry.name)
}

interface PreparedPlugin {
  readonly server: string
  readonly whole: boolean
  readonly state: string
}

function shownPlugin(plugin: ListedPlugin): PreparedPlugin {
  if (plugin.status === 'broken') {
    return { server: plugin.id, whole: false, state: plugin.problem }
  }
  const { id, toolCount, totalBytes } = plugin.info
  const state = `${toolCount} tools ready, ${formatBytes(totalBytes)}`
  return { server: id, whole: true, state }
}

/** A process keeps what it compiled for itself alone: what lasts is how often that served. */
async function cacheFigures({ places }: World): Promise<{ hits: number; misses: number }> {
  const { counters } = await readStats(statsFolder(places))
  return {
    hits: counters.get('runtime.program_cache_hits') ?? 0,
    misses: counters.get('runtime.program_cache_misses') ?? 0,
  }
}
