/** `install|uninstall <client>`: our server in another client's configuration. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import {
  findInstallations,
  type InstallChange,
  type InstallScope,
  planInstall,
  undoInstall,
  writeInstall,
} from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { builtFile } from '../../package-root.ts'
import { showHome } from '../../text/index.ts'
import { type Colors, print, table } from '../output/index.ts'
import type { World } from '../world.ts'

export interface InstallFlags {
  readonly scope?: InstallScope | undefined
  readonly dryRun?: true | undefined
  readonly undo?: true | undefined
}

export async function install(
  client: string | undefined,
  flags: InstallFlags,
  world: World,
): Promise<ExitCode> {
  if (client === undefined) return await listClients(world)
  const which = [client, flags.scope ?? 'user'] as const
  if (flags.undo === true) {
    report(await undoInstall(which, world), 'Put back', world)
    return 0
  }
  const own = ownCommand(world)
  const change =
    flags.dryRun === true
      ? await planInstall(which, own, world)
      : await writeInstall(which, own, world)
  report(change, flags.dryRun === true ? 'Would write' : 'Wrote', world)
  return 0
}

export async function uninstall(
  client: string,
  { scope = 'user', dryRun }: InstallFlags,
  world: World,
): Promise<ExitCode> {
  const which = [client, scope] as const
  const change =
    dryRun === true
      ? await planInstall(which, undefined, world)
      : await writeInstall(which, undefined, world)
  report(change, dryRun === true ? 'Would write' : 'Wrote', world)
  return 0
}

async function listClients(world: World): Promise<ExitCode> {
  const clients = await findInstallations(world)
  print(world, {
    data: { clients },
    text: clients.map(({ client, installed }) =>
      `${client}\t${installed ? 'installed' : ''}`.trim(),
    ),
    pretty: colors =>
      table(
        clients.map(({ client, title, file, found, installed }) => [
          installed ? colors.green('✓') : found ? ' ' : colors.dim('-'),
          found ? client : colors.dim(client),
          title,
          colors.dim(showHome(file, world.home)),
        ]),
      ),
  })
  return 0
}

function report(change: InstallChange, verb: string, world: World): void {
  const { client, file, before, after, title } = change
  const changed = before !== after
  const diff = changedLines(before ?? '', after ?? '')
  const shown = showHome(file, world.home)
  print(world, {
    data: {
      client,
      file,
      changed,
      ...diff,
      ...(after === undefined && changed && { deleted: true }),
    },
    pretty: colors =>
      changed
        ? [`${verb} ${shown} (${title})`, ...diffText(diff, colors)].join('\n')
        : `${shown} (${title}) is as it should be; nothing changed`,
  })
}

interface LineDiff {
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** The lines between what both texts begin with and what both end with. */
function changedLines(before: string, after: string): LineDiff {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const most = Math.min(old.length, now.length)
  let start = 0
  while (start < most && old[start] === now[start]) start += 1
  let end = 0
  while (end < most - start && old.at(-1 - end) === now.at(-1 - end)) end += 1
  return { removed: old.slice(start, old.length - end), added: now.slice(start, now.length - end) }
}

function diffText({ removed, added }: LineDiff, colors: Colors): readonly string[] {
  return [
    ...removed.map(line => colors.red(`- ${line.trimEnd()}`)),
    ...added.map(line => colors.green(`+ ${line.trimEnd()}`)),
  ]
}

/** By name where it is installed, else by npx or by path: a client started from a desktop must find it too. */
function ownCommand({ env, platform }: World): { command: string; args: readonly string[] } {
  const script = builtFile('bin/mcp-execution.js')
  const byNpx = /[\\/]_npx[\\/]/.test(script)
  if (platform === 'win32') {
    return byNpx
      ? { command: 'cmd', args: ['/c', 'npx', '-y', 'mcp-execution', 'serve'] }
      : { command: process.execPath, args: [script, 'serve'] }
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  const lasting = folders.filter(folder => !/[\\/](_npx|node_modules)[\\/]/.test(folder))
  const onPath = lasting.some(folder => existsSync(join(folder, 'mcp-execution')))
  if (onPath) return { command: 'mcp-execution', args: ['serve'] }
  return byNpx
    ? { command: 'npx', args: ['-y', 'mcp-execution', 'serve'] }
    : { command: process.execPath, args: [script, 'serve'] }
}
