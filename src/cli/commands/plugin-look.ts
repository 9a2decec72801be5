/** `plugin list|info|verify|remove`. */
import type { ExitCode } from '../../errors.ts'
import {
  type ListedPlugin,
  listPlugins,
  loadPlugin,
  type PluginInfo,
  removePlugin,
  verifyPlugin,
} from '../../plugins/index.ts'
import { cleanLine, formatBytes, showHome } from '../../text/index.ts'
import { type Colors, print, table } from '../output/index.ts'
import type { World } from '../world.ts'
import { type PluginFlags, pluginsDir } from './plugin.ts'

export async function list(flags: PluginFlags, world: World): Promise<ExitCode> {
  const plugins = await listPlugins(pluginsDir(flags, world))
  print(world, {
    data: { plugins: plugins.map(view), total_plugins: plugins.length },
    text: plugins.map(each => [idOf(each), each.status].join('\t')),
    pretty: colors =>
      plugins.length === 0
        ? 'No plugin is saved. Save one: mcp-execution plugin save <server>'
        : table(plugins.map(each => row(each, colors))),
  })
  return 0
}

export async function info(name: string, flags: PluginFlags, world: World): Promise<ExitCode> {
  const { metadata, dir, files, modules, totalBytes } = await loadPlugin(
    name,
    pluginsDir(flags, world),
  )
  const counts = { total_files: files.length, modules: modules.size, total_size: totalBytes }
  print(world, {
    data: { path: dir, ...metadata, ...counts },
    pretty: colors => {
      const { server, tools, generated_at, generator_version } = metadata
      const rows = [
        ['server', cleanLine(`${server.name} ${server.version}`)],
        ['protocol', cleanLine(server.protocol_version)],
        ['generated', cleanLine(`${generated_at} by mcp-execution ${generator_version}`)],
        ['tree', `${counts.total_files} files`],
        ['modules', `${counts.modules} ready for the sandbox`],
        ['size', formatBytes(totalBytes)],
        ['in', showHome(dir, world.home)],
      ]
      const names = tools.map(tool => `  ${cleanLine(tool.name)}`)
      return [colors.bold(server.id), table(rows), ...names].join('\n')
    },
  })
  return 0
}

/** With no name, every plugin. The exit code of a changed one is that of CHECKSUM_MISMATCH. */
export async function verify(
  name: string | undefined,
  flags: PluginFlags,
  world: World,
): Promise<ExitCode> {
  const dir = pluginsDir(flags, world)
  const checked: readonly ListedPlugin[] =
    name === undefined
      ? await listPlugins(dir)
      : [{ status: 'ok', info: await verifyPlugin(name, dir) }]
  const valid = checked.every(({ status }) => status === 'ok')
  print(world, {
    data: { valid, plugins: checked.map(view) },
    text: checked.map(each => [idOf(each), each.status].join('\t')),
    pretty: colors => table(checked.map(each => row(each, colors))) || 'No plugin is saved.',
  })
  return valid ? 0 : 2
}

export async function remove(name: string, flags: PluginFlags, world: World): Promise<ExitCode> {
  const dir = await removePlugin(name, pluginsDir(flags, world))
  print(world, {
    data: { server_id: name, removed: dir },
    pretty: () => `Removed ${showHome(dir, world.home)}`,
  })
  return 0
}

function view(plugin: ListedPlugin): object {
  if (plugin.status === 'broken') {
    return { server_id: plugin.id, status: 'broken', problem: plugin.problem }
  }
  const { id, dir, serverName, serverVersion, toolCount, fileCount, totalBytes, generatedAt } =
    plugin.info
  return {
    server_id: id,
    status: 'ok',
    path: dir,
    server_name: serverName,
    server_version: serverVersion,
    tools: toolCount,
    total_files: fileCount,
    total_size: totalBytes,
    generated_at: generatedAt,
  }
}

function row(plugin: ListedPlugin, colors: Colors): readonly string[] {
  if (plugin.status === 'broken') return [colors.red('✗'), plugin.id, cleanLine(plugin.problem)]
  const { id, serverName, serverVersion, toolCount, totalBytes }: PluginInfo = plugin.info
  const server = cleanLine(`${serverName} ${serverVersion}`)
  return [colors.green('✓'), id, server, `${toolCount} tools`, formatBytes(totalBytes)]
}

function idOf(plugin: ListedPlugin): string {
  return plugin.status === 'ok' ? plugin.info.id : plugin.id
}
