/** `skill save <program.ts>`: a checked program becomes a module that later programs import and `search` finds. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'

import { ExecutionError, type ExitCode } from '../../errors.ts'
import type { Inspection } from '../../execution/index.ts'
import { type SkillName, skillName } from '../../ids.ts'
import { packageVersion } from '../../package-root.ts'
import {
  modulePath,
  programSkill,
  readProgram,
  saveSkill,
  type SkillChoice,
  skillRoots,
} from '../../skills/index.ts'
import { cleanLine, quoteName, showHome } from '../../text/index.ts'
import { print, withProgress } from '../output/index.ts'
import { openCommandRuntime } from '../runtime.ts'
import type { World } from '../world.ts'

export interface SaveFlags extends SkillChoice {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly check: boolean
  readonly force?: true | undefined
}

export async function saveProgram(file: string, flags: SaveFlags, world: World): Promise<ExitCode> {
  const source = await readSource(file, world)
  const name = flags.name === undefined ? nameOf(file) : skillName(flags.name)
  const { check, tools } = await withProgress(world, `Checking ${basename(file)}`, () =>
    inspect(source, world),
  )
  if (flags.check) refuseUnchecked(file, check)
  const draft = programSkill(source, {
    name,
    description: flags.description,
    tools,
    generatorVersion: packageVersion(),
    generatedAt: new Date(world.now()).toISOString(),
  })
  const paths: string[] = []
  for (const root of skillRoots({ ...world.places, cwd: world.cwd }, flags)) {
    const options = { force: flags.force === true, signal: world.signal }
    paths.push((await saveSkill(draft, root, options)).dir)
  }
  const exports = readProgram(source).exports.map(each => each.name)
  const data = {
    name,
    module: modulePath(name),
    exports,
    tools: tools.map(tool => `${tool.server}.${tool.name}`),
    check: check.status,
    output_paths: paths,
  }
  print(world, {
    data,
    pretty: colors =>
      [
        ...paths.map(path => `Saved ${colors.bold(showHome(path, world.home))}`),
        `Import it from '${data.module}' (${exports.join(', ')})`,
      ].join('\n'),
  })
  return 0
}

async function inspect(source: string, world: World): Promise<Inspection> {
  await using runtime = await openCommandRuntime(world)
  return await runtime.session().inspect(source, { signal: world.signal })
}

function refuseUnchecked(file: string, check: Inspection['check']): void {
  if (check.status === 'passed' || check.status === 'skipped') return
  if (check.status === 'unchecked') {
    throw new ExecutionError(
      'PROGRAM_INVALID',
      `Cannot save the program ${quoteName(file)}: it could not be type-checked (${check.reason}); try again, or give --no-check`,
    )
  }
  const [first] = check.diagnostics
  const where = first === undefined ? '' : `line ${first.line}: ${cleanLine(first.message)}`
  throw new ExecutionError(
    'PROGRAM_INVALID',
    `Cannot save the program ${quoteName(file)}: ${where}; mend it first`,
    { details: { diagnostics: check.diagnostics } },
  )
}

function nameOf(file: string): SkillName {
  const slug = basename(file).replace(/\.[a-z]+$/i, '')
  return skillName(
    slug
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, ''),
  )
}

async function readSource(file: string, { cwd }: World): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    throw new ExecutionError(
      'NOT_FOUND',
      `Cannot read the program ${quoteName(file)}: there is no such file; give its path`,
      { cause },
    )
  }
}
