/** `server info|validate`: connects for real, and says what is there. */
import { type Catalog, introspect } from '../../catalog/index.ts'
import { clientStores, connect } from '../../client/index.ts'
import { loadConfig, resolveEntry, type ServerEntry } from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { cleanLine, quoteName, truncate } from '../../text/index.ts'
import { chosenServer, configDeps } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { asExecutionError, type Colors, print, table, withProgress } from '../output/index.ts'
import { commandLine, originText, viewDefinition, viewServer } from '../server-view.ts'
import type { World } from '../world.ts'

export async function serverInfo(choice: ServerChoice, world: World): Promise<ExitCode> {
  const entry = await chosenServer(choice, world)
  const catalog = await withProgress(world, `Connecting to ${quoteName(entry.name)}`, () =>
    look(entry, world),
  )
  const { id: _id, name, ...handshake } = catalog.server
  print(world, {
    data: {
      ...viewServer(entry),
      status: 'connected',
      server: { name, ...handshake },
      capabilities: Object.keys(handshake.capabilities).toSorted(),
      tools: catalog.tools.map(tool => ({ name: tool.name, description: tool.description })),
      skipped: catalog.skipped,
      total_tools: catalog.tools.length,
    },
    pretty: colors => infoText(entry, catalog, { colors, home: world.home }),
  })
  return 0
}

interface Look {
  readonly colors: Colors
  readonly home: string
}

function infoText(entry: ServerEntry, catalog: Catalog, { colors, home }: Look): string {
  const { server, tools, skipped } = catalog
  const reached = entry.state.status === 'ready' ? viewDefinition(entry.state.definition) : {}
  const title = cleanLine(`${server.name} ${server.version}`)
  const rows = [
    ['id', entry.id],
    ['reached by', commandLine(reached)],
    ['from', originText(entry.origin, home)],
    ['protocol', cleanLine(server.protocolVersion)],
    ['offers', Object.keys(server.capabilities).map(cleanLine).toSorted().join(', ')],
    ['tools', String(tools.length)],
  ]
  const toolRows = tools.map(({ name, description = '' }) => [
    `  ${cleanLine(name)}`,
    colors.dim(truncate(cleanLine(description), 80)),
  ])
  const bad = skipped.map(({ name, reason }) =>
    colors.yellow(`skipped ${quoteName(name)}: ${cleanLine(reason)}`),
  )
  return [colors.bold(title), table(rows), table(toolRows), ...bad].join('\n')
}

export interface Verdict {
  readonly name: string
  readonly valid: boolean
  readonly message: string
  readonly code?: string
  readonly tools?: number
  readonly milliseconds?: number
}

/** With no name, every configured server, four at a time. Exits with the first failure's code. */
export async function validateServers(choice: ServerChoice, world: World): Promise<ExitCode> {
  const entries = await entriesToCheck(choice, world)
  const checks = await withProgress(world, `Checking ${entries.length} servers`, () =>
    inTurn(entries, 4, entry => check(entry, world)),
  )
  const verdicts = checks.map(({ verdict }) => verdict)
  const valid = verdicts.every(verdict => verdict.valid)
  print(world, {
    data: { valid, servers: verdicts },
    text: verdicts.map(verdict => `${verdict.valid ? 'ok' : 'failed'}\t${verdict.message}`),
    pretty: colors => verdictText(verdicts, colors),
  })
  return checks.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0
}

async function entriesToCheck(choice: ServerChoice, world: World): Promise<readonly ServerEntry[]> {
  const all = choice.names.length === 0 && choice.fromConfig === undefined
  const adHoc = choice.commandLine.length > 0 || choice.command !== undefined
  const remote = choice.http !== undefined || choice.sse !== undefined
  if (!all || adHoc || remote) return [await chosenServer(choice, world)]
  const { servers } = await loadConfig(configDeps(world))
  return servers.filter(({ state }) => state.status !== 'disabled')
}

interface Check {
  readonly verdict: Verdict
  readonly exitCode: ExitCode
}

async function check(entry: ServerEntry, world: World): Promise<Check> {
  const started = world.now()
  try {
    const { server, tools, skipped } = await look(entry, world)
    const milliseconds = Math.round(world.now() - started)
    const bad = skipped.length === 0 ? '' : `, ${skipped.length} skipped`
    const what = cleanLine(`${server.name} ${server.version}`)
    const message = `${quoteName(entry.name)} works: ${what}, ${tools.length} tools${bad}`
    const verdict = { name: entry.name, valid: true, message, tools: tools.length, milliseconds }
    return { verdict, exitCode: 0 }
  } catch (thrown) {
    if (world.signal.aborted) throw thrown
    const { message, code, exitCode } = asExecutionError(thrown, world.signal)
    return { verdict: { name: entry.name, valid: false, message, code }, exitCode }
  }
}

async function look(entry: ServerEntry, world: World): Promise<Catalog> {
  const { env, platform, signal } = world
  const spec = await resolveEntry(entry, configDeps(world))
  await using connection = await connect(spec, {
    env,
    platform,
    signal,
    ...clientStores(world.places),
  })
  const { allowedTools, blockedTools } = spec.settings
  return await introspect(connection, {
    id: spec.id,
    signal,
    ...(allowedTools === undefined ? {} : { allowedTools }),
    ...(blockedTools === undefined ? {} : { blockedTools }),
  })
}

/** Results in order, at most `width` at once. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const { default: pLimit } = await import('p-limit')
  const limit = pLimit(width)
  return await Promise.all(items.map(item => limit(() => work(item))))
}

function verdictText(verdicts: readonly Verdict[], colors: Colors): string {
  if (verdicts.length === 0) return 'No server is configured.'
  return verdicts
    .map(({ valid, message, milliseconds }) =>
      valid
        ? `${colors.green('✓')} ${message} ${colors.dim(`(${milliseconds} ms)`)}`
        : `${colors.red('✗')} ${message}`,
    )
    .join('\n')
}
