/** `generate`: from a server to its tree; also to see, check, watch, or all of them (contract §5). */
import { resolve } from 'node:path'

import type { TreeMode } from '../../codegen/index.ts'
import type { ServerEntry } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { generateTree, planTree, type TreeRequest, withServer } from '../../execution/index.ts'
import { showHome } from '../../text/index.ts'
import { chosenServer } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { generationDeps, type LimitFlags } from '../generation-deps.ts'
import { print, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'
import { reportDryRun, reportGenerated, warnSkipped } from './generate-report.ts'

export interface GenerateArguments extends LimitFlags {
  readonly choice: ServerChoice
  readonly output?: string | undefined
  readonly mode: TreeMode
  readonly dryRun?: true | undefined
  readonly force?: true | undefined
  readonly check?: true | undefined
  readonly watch?: true | undefined
  readonly all?: true | undefined
  readonly savePlugin?: true | undefined
  readonly pluginDir?: string | undefined
}

export async function generate(flags: GenerateArguments, world: World): Promise<ExitCode> {
  refuseConflicts(flags)
  if (flags.all === true) return await (await import('./generate-all.ts')).generateAll(flags, world)
  const entry = await chosenServer(flags.choice, world)
  if (flags.check === true) {
    return await (await import('./generate-check.ts')).checkGenerated(entry, flags, world)
  }
  if (flags.watch === true) {
    return await (await import('./generate-watch.ts')).watchServer(entry, flags, world)
  }
  if (flags.dryRun === true) return await dryRun(entry, flags, world)
  return await generateOne(entry, flags, world)
}

/** Where the tree goes and what is in it, as the flags say. */
export function treeRequest(flags: GenerateArguments, { cwd, places }: World): TreeRequest {
  const { output, mode, force = false } = flags
  return { base: resolve(cwd, output ?? places.serversDir), mode, force }
}

async function generateOne(
  entry: ServerEntry,
  flags: GenerateArguments,
  world: World,
): Promise<ExitCode> {
  const made = await withProgress(world, `Connecting to ${entry.id}`, say => {
    const deps = generationDeps(world, flags, say)
    return withServer(entry, deps, catalog =>
      generateTree(catalog, entry, { ...deps, ...treeRequest(flags, world) }),
    )
  })
  warnSkipped(made.catalog, world)
  if (flags.savePlugin === true) {
    const saved = await (await import('./plugin.ts')).saveTree(made, flags, world)
    world.talk(`Saved the plugin ${showHome(saved.dir, world.home)}`)
  }
  print(world, reportGenerated(made, world))
  return 0
}

async function dryRun(
  entry: ServerEntry,
  flags: GenerateArguments,
  world: World,
): Promise<ExitCode> {
  const planned = await withProgress(world, `Connecting to ${entry.id}`, say =>
    withServer(entry, generationDeps(world, flags, say), catalog =>
      planTree(catalog, entry, { ...treeRequest(flags, world), now: world.now }),
    ),
  )
  warnSkipped(planned.catalog, world)
  print(world, reportDryRun(planned, world))
  return 0
}

function refuseConflicts(flags: GenerateArguments): void {
  const { check, watch, dryRun: dry, all, choice } = flags
  const chosen = [
    ...(check === true ? ['--check'] : []),
    ...(watch === true ? ['--watch'] : []),
    ...(dry === true ? ['--dry-run'] : []),
  ]
  refuseSavePlugin(flags, chosen)
  if (chosen.length > 1) refuse(`${chosen.join(' and ')} exclude each other`)
  if (all !== true) return
  if (watch === true) refuse('--all and --watch exclude each other')
  const names = [choice.fromConfig, choice.command, choice.http, choice.sse, choice.name]
  const isChosen = names.some(name => name !== undefined)
  if (isChosen || choice.names.length + choice.commandLine.length > 0) {
    refuse('--all takes every configured server, and one is named')
  }
}

function refuseSavePlugin({ savePlugin, all }: GenerateArguments, chosen: readonly string[]): void {
  const [other] = [...chosen, ...(all === true ? ['--all'] : [])]
  if (savePlugin === true && other !== undefined) {
    refuse(`--save-plugin and ${other} exclude each other`)
  }
}

function refuse(why: string): never {
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot generate: ${why}; leave one of them out`)
}
