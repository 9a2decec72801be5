/** `plugin save|load`: from a server to a plugin, and from a plugin to a tree. */
import { join, resolve } from 'node:path'

import { registerServer } from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import {
  type Planned,
  planTree,
  pluginSource,
  readTreeMeta,
  withServer,
} from '../../execution/index.ts'
import { exportTree, fileTree } from '../../files/index.ts'
import { loadPlugin, savePlugin, type SaveReport } from '../../plugins/index.ts'
import { formatBytes, showHome } from '../../text/index.ts'
import { chosenServer, configDeps } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { generationDeps } from '../generation-deps.ts'
import { print, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'

export interface PluginFlags {
  readonly pluginDir?: string | undefined
}

export function pluginsDir({ pluginDir }: PluginFlags, { cwd, places }: World): string {
  return pluginDir === undefined ? places.pluginsDir : resolve(cwd, pluginDir)
}

export async function save(
  choice: ServerChoice,
  flags: PluginFlags,
  world: World,
): Promise<ExitCode> {
  const entry = await chosenServer(choice, world)
  const { planned, saved } = await withProgress(world, `Connecting to ${entry.id}`, say =>
    withServer(entry, generationDeps(world, {}, say), async catalog => {
      const base = world.places.serversDir
      const plan = await planTree(catalog, entry, { base, mode: 'progressive', now: world.now })
      return { planned: plan, saved: await saveTree(plan, flags, world) }
    }),
  )
  await registerServer(entry, configDeps(world))
  const data = {
    server_id: planned.meta.server.id,
    tools: planned.meta.tools.length,
    path: saved.dir,
    total_size: saved.totalBytes,
    changed: saved.changed,
  }
  print(world, {
    data,
    pretty: colors =>
      `${saved.changed ? 'Saved' : 'Up to date:'} ${colors.bold(showHome(saved.dir, world.home))} (${data.tools} tools, ${formatBytes(data.total_size)})`,
  })
  return 0
}

/** Saves the plugin of a tree, generated or only planned. */
export async function saveTree(
  planned: Planned,
  flags: PluginFlags,
  world: World,
): Promise<SaveReport> {
  const { signal } = world
  return await savePlugin(pluginSource(planned), pluginsDir(flags, world), { signal })
}

export interface LoadFlags extends PluginFlags {
  readonly output?: string | undefined
  readonly force?: true | undefined
}

export async function load(name: string, flags: LoadFlags, world: World): Promise<ExitCode> {
  const { places, cwd, signal } = world
  const startedAt = performance.now()
  const plugin = await loadPlugin(name, pluginsDir(flags, world))
  const loadMs = performance.now() - startedAt
  const base = flags.output === undefined ? places.serversDir : resolve(cwd, flags.output)
  const tree = fileTree(
    plugin.files.map(({ path, text, executable }) => ({
      path,
      text,
      ...(executable === true && { executable }),
    })),
  )
  const report = await exportTree(tree, join(base, plugin.id), {
    force: flags.force === true,
    ownedPaths: async target => (await readTreeMeta(target))?.files ?? [],
    signal,
  })
  const data = {
    server_id: plugin.id,
    tools: plugin.metadata.tools.length,
    plugin_path: plugin.dir,
    output_path: report.path,
    total_files: tree.files.length,
    changed: report.changed,
    load_ms: Math.round(loadMs * 100) / 100,
  }
  print(world, {
    data,
    pretty: colors =>
      `${report.changed ? 'Wrote' : 'Up to date:'} ${colors.bold(showHome(report.path, world.home))} from the verified plugin (${data.tools} tools, loaded in ${data.load_ms} ms)`,
  })
  return 0
}
