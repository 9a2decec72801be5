/** `skill test [name] [--all] [--strict]`: every rule on every skill, and how it went. */
import { basename, join } from 'node:path'

import { ExecutionError, type ExitCode } from '../../errors.ts'
import {
  findSkill,
  listSkills,
  type Problem,
  readSkill,
  type SkillChoice,
  validateSkill,
  type ValidationReport,
} from '../../skills/index.ts'
import { cleanLine, showHome } from '../../text/index.ts'
import { readTree } from '../../trees/index.ts'
import { type Colors, print } from '../output/index.ts'
import type { World } from '../world.ts'
import { rootsToSearch } from './skill.ts'

export interface TestFlags extends SkillChoice {
  readonly all?: true | undefined
  readonly strict?: true | undefined
}

interface Tested extends ValidationReport {
  readonly name: string
  readonly dir: string
}

export async function testSkills(
  name: string | undefined,
  flags: TestFlags,
  world: World,
): Promise<ExitCode> {
  const tested: Tested[] = []
  for (const dir of await chosen(name, flags, world)) {
    const report = await validateSkill(await readSkill(dir), {
      strict: flags.strict === true,
      toolsOf: server => toolsOf(server, world),
      now: world.now,
    })
    tested.push({ name: basename(dir), dir, ...report })
  }
  const valid = tested.every(each => each.valid)
  print(world, {
    data: name === undefined ? { valid, skills: tested } : (tested[0] ?? { valid }),
    text: tested.flatMap(each => [
      `${each.valid ? 'valid' : 'invalid'}\t${each.name}`,
      ...each.errors.map(problem => `error\t${each.name}\t${plain(problem)}`),
      ...each.warnings.map(problem => `warning\t${each.name}\t${plain(problem)}`),
    ]),
    pretty: colors =>
      tested.map(each => shown(each, world.home, colors)).join('\n') || 'No skill is here.',
  })
  return valid ? 0 : 1
}

async function chosen(
  name: string | undefined,
  flags: TestFlags,
  world: World,
): Promise<readonly string[]> {
  const roots = rootsToSearch(flags, world)
  if (name !== undefined && flags.all === true) {
    throw new ExecutionError(
      'INVALID_ARGUMENT',
      'Cannot test skills: a name and --all are given; give one of them',
    )
  }
  if (name !== undefined) return [await findSkill(name, roots)]
  return (await listSkills(roots)).map(({ dir }) => dir)
}

/** The wire names of a server's generated tree; undefined without one. */
async function toolsOf(
  server: string,
  { places }: World,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const { meta } = await readTree(join(places.serversDir, server))
    return new Set(meta.tools.map(tool => tool.name))
  } catch (error) {
    if (ExecutionError.is(error)) return undefined
    throw error
  }
}

function shown(
  { name, dir, valid, errors, warnings }: Tested,
  home: string,
  colors: Colors,
): string {
  const verdict = valid ? colors.green('valid') : colors.red('invalid')
  return [
    `${verdict} ${colors.bold(cleanLine(name))} ${colors.dim(showHome(dir, home))}`,
    ...errors.map(problem => `  ${colors.red('error')} ${plain(problem)}`),
    ...warnings.map(problem => `  ${colors.yellow('warning')} ${plain(problem)}`),
  ].join('\n')
}

function plain({ field, message }: Problem): string {
  return cleanLine(`${field} ${message}`)
}
