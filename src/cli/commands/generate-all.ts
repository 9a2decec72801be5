/** `generate --all`: every configured server; one that fails does not stop the others. */
import pLimit from 'p-limit'

import { loadConfig, type ServerEntry } from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { generateTree, planTree, withServer } from '../../execution/index.ts'
import { cleanLine, showHome } from '../../text/index.ts'
import { configDeps } from '../chosen-server.ts'
import { generationDeps } from '../generation-deps.ts'
import { asExecutionError, type Colors, print, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'
import { check, checkedText, viewChecked } from './generate-check.ts'
import { reportDryRun, reportGenerated, viewGenerated, warnSkipped } from './generate-report.ts'
import { type GenerateArguments, treeRequest } from './generate.ts'

interface Done {
  readonly data: object
  readonly pretty: (colors: Colors) => string
  readonly exitCode: ExitCode
}

const atOnce = 4

/** Exits with the first failure's code; servers that are disabled or not approved are named and left out. */
export async function generateAll(flags: GenerateArguments, world: World): Promise<ExitCode> {
  const { servers } = await loadConfig(configDeps(world))
  const left = servers.filter(
    ({ state }) => state.status === 'pending' || state.status === 'disabled',
  )
  for (const { id, state } of left) world.log.warn(`left out ${id}: it is ${state.status}`)
  const wanted = servers.filter(entry => !left.includes(entry))
  const limit = pLimit(atOnce)
  const done = await withProgress(world, `Generating ${wanted.length} servers`, () =>
    Promise.all(wanted.map(entry => limit(() => attempt(entry, flags, world)))),
  )
  world.signal.throwIfAborted()
  print(world, {
    data: {
      servers: done.map(({ data }) => data),
      left_out: left.map(({ id, state }) => ({ server_id: id, status: state.status })),
    },
    pretty: colors =>
      done.length === 0
        ? 'No server is configured here; see: mcp-execution setup'
        : done.map(({ pretty }) => pretty(colors)).join('\n\n'),
  })
  return done.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0
}

async function attempt(entry: ServerEntry, flags: GenerateArguments, world: World): Promise<Done> {
  try {
    return await generateOne(entry, flags, world)
  } catch (thrown) {
    const { message, code, exitCode } = asExecutionError(thrown, world.signal)
    return {
      data: { server_id: entry.id, error: message, code },
      pretty: colors =>
        `${colors.red('failed')} ${entry.id}: ${showHome(cleanLine(message), world.home)}`,
      exitCode,
    }
  }
}

async function generateOne(
  entry: ServerEntry,
  flags: GenerateArguments,
  world: World,
): Promise<Done> {
  const deps = generationDeps(world, flags)
  const request = treeRequest(flags, world)
  if (flags.check === true) {
    const checked = await check(entry, flags, world)
    const exitCode = checked.drift.drifted ? 1 : 0
    return {
      data: viewChecked(checked),
      pretty: colors => checkedText(checked, colors, world),
      exitCode,
    }
  }
  if (flags.dryRun === true) {
    const planned = await withServer(entry, deps, catalog =>
      planTree(catalog, entry, { ...request, now: world.now }),
    )
    return {
      ...reportDryRun(planned, world),
      data: reportDryRun(planned, world).data ?? {},
      exitCode: 0,
    }
  }
  const made = await withServer(entry, deps, catalog =>
    generateTree(catalog, entry, { ...deps, ...request }),
  )
  warnSkipped(made.catalog, world)
  return { data: viewGenerated(made), pretty: reportGenerated(made, world).pretty, exitCode: 0 }
}
