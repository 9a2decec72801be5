/** `skill generate`: a server's skill, from the live server where it answers, else from its generated tree. */
import { join } from 'node:path'

import { registerServer } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { introspectServer } from '../../execution/index.ts'
import { skillName, type SkillName } from '../../ids.ts'
import { packageVersion } from '../../package-root.ts'
import {
  catalogSource,
  labelsOf,
  listSkills,
  type SavedSkill,
  saveSkill,
  scanTree,
  type ServerSkill,
  serverSkill,
  type SkillChoice,
  skillNameFor,
  skillRoots,
  type SkillSource,
  withHash,
} from '../../skills/index.ts'
import { showHome } from '../../text/index.ts'
import { chosenServer, configDeps } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { print, table, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'

export interface GenerateFlags extends SkillChoice {
  readonly skillName?: string | undefined
  readonly hint: readonly string[]
  readonly offline?: true | undefined
  readonly maxTools?: number | undefined
  readonly dryRun?: true | undefined
  readonly force?: true | undefined
}

export async function generateSkill(
  choice: ServerChoice,
  flags: GenerateFlags,
  world: World,
): Promise<ExitCode> {
  const source = await withProgress(world, 'Reading the server', say =>
    sourceOf(choice, flags, { ...world, say }),
  )
  const roots = skillRoots({ ...world.places, cwd: world.cwd }, flags)
  const skill = serverSkill(source, {
    name: await nameFor(source, flags, roots),
    hints: flags.hint,
    generator: `mcp-execution ${packageVersion()}`,
    generatorVersion: packageVersion(),
    generatedAt: new Date(world.now()).toISOString(),
  })
  const saved: SavedSkill[] = []
  for (const root of flags.dryRun === true ? [] : roots) {
    saved.push(await saveSkill(skill, root, { force: flags.force === true, signal: world.signal }))
  }
  report({ source, skill, saved, planned: roots }, world)
  return 0
}

type Asking = World & { readonly say: (text: string) => void }

async function sourceOf(
  choice: ServerChoice,
  flags: GenerateFlags,
  world: Asking,
): Promise<SkillSource> {
  const scanned = (id: string): Promise<SkillSource> =>
    scanTree(join(world.places.serversDir, id), {
      ...(flags.maxTools !== undefined && { maxToolFiles: flags.maxTools }),
    })
  if (flags.offline === true) return await scanned(choice.names[0] ?? choice.name ?? '')
  const entry = await chosenServer(choice, world)
  const tree = await scanned(entry.id).catch(unlessAbsent)
  const { say, signal, now } = world
  try {
    const catalog = await introspectServer(entry, { ...configDeps(world), say, signal, now })
    await registerServer(entry, configDeps(world))
    return catalogSource(catalog, tree === undefined ? undefined : labelsOf(tree))
  } catch (error) {
    const isAway = error instanceof ExecutionError && [3, 4].includes(error.exitCode)
    if (tree === undefined || !isAway) throw error
    world.log.warn('The server does not answer: made from its generated tree, without examples')
    return tree
  }
}

// A server need not have been generated to have a skill.
function unlessAbsent(error: unknown): undefined {
  if (ExecutionError.is(error, 'NOT_FOUND') || ExecutionError.is(error, 'SERIALIZATION')) return
  throw error
}

/** The name asked for; else the server's, with a hash where another server's skill has it. */
async function nameFor(
  { server }: SkillSource,
  { skillName: wanted }: GenerateFlags,
  roots: readonly string[],
): Promise<SkillName> {
  if (wanted !== undefined) return skillName(wanted)
  const name = skillNameFor(server.id)
  const there = (await listSkills(roots)).filter(skill => skill.name === name)
  const isTaken = there.some(
    ({ metadata }) => metadata !== undefined && metadata.server_id !== server.id,
  )
  return isTaken ? withHash(name, server.id) : name
}

interface Made {
  readonly source: SkillSource
  readonly skill: ServerSkill
  readonly saved: readonly SavedSkill[]
  readonly planned: readonly string[]
}

function report({ source, skill, saved, planned }: Made, world: World): void {
  const { rendered, files } = skill
  const sizes = files.map(({ path, text }) => ({ path, size: Buffer.byteLength(text) }))
  const dirs = saved.map(({ dir }) => dir)
  const data = {
    server_id: source.server.id,
    name: rendered.name,
    description: rendered.description,
    tool_count: source.tools.length,
    categories: Object.fromEntries(rendered.groups.map(group => [group.title, group.tools.length])),
    output_paths: saved.length > 0 ? dirs : planned.map(root => join(root, rendered.name)),
    written: saved.length > 0,
    changed: saved.some(({ changed }) => changed),
    files: sizes,
    total_files: sizes.length,
    total_size: sizes.reduce((sum, { size }) => sum + size, 0),
  }
  print(world, {
    data,
    pretty: colors => {
      const verb = !data.written ? 'Would write' : data.changed ? 'Wrote' : 'Up to date:'
      const heads = data.output_paths.map(
        path => `${verb} ${colors.bold(showHome(path, world.home))}`,
      )
      return [...heads, table(sizes.map(({ path, size }) => [`  ${path}`, `${size} B`]))].join('\n')
    },
  })
}
