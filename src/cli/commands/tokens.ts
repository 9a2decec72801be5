/** `tokens <server…>`: the real texts of real servers, counted (contract §11). */
import type { Catalog } from '../../catalog/index.ts'
import { loadConfig, type ServerEntry } from '../../config/index.ts'
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { planTree, toolIndex, withServer } from '../../execution/index.ts'
import { exampleArguments } from '../../skills/index.ts'
import {
  type AnalyticEstimate,
  analyticEstimate,
  analyticLimit,
  type CountTokens,
  measureServer,
  openTokenizer,
  type ServerTokens,
  tokenizer,
} from '../../tokens/index.ts'
import { chosenServer, configDeps } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { generationDeps } from '../generation-deps.ts'
import { type Colors, print, table, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'

export interface TokensFlags {
  readonly all?: true | undefined
  readonly calls?: number | undefined
}

interface Measured extends ServerTokens {
  readonly analytic: AnalyticEstimate
}

const defaultCalls = 10
const maxSearchHits = 5

export async function tokens(
  choice: ServerChoice,
  flags: TokensFlags,
  world: World,
): Promise<ExitCode> {
  const entries = await entriesOf(choice, flags, world)
  const measured = await withProgress(world, `Measuring ${entries.length} servers`, async say => {
    const count = await openTokenizer()
    const found: Measured[] = []
    for (const entry of entries) found.push(await measure(entry, { count, flags, world, say }))
    return found
  })
  const data = {
    tokenizer,
    servers: measured,
    analytic_model: {
      note: 'An estimate of older papers, not a measurement: 500T+300N tokens without, 200T+50N with',
      limit: analyticLimit,
    },
  }
  print(world, {
    data,
    text: measured.flatMap(({ server, paths }) =>
      paths.map(({ path, tokens: cost }) => [server, path, cost].join('\t')),
    ),
    pretty: colors => measured.map(each => shown(each, colors)).join('\n\n'),
  })
  return 0
}

async function entriesOf(
  choice: ServerChoice,
  { all }: TokensFlags,
  world: World,
): Promise<readonly ServerEntry[]> {
  if (all === true) {
    const { servers } = await loadConfig(configDeps(world))
    return servers.filter(({ state }) => state.status === 'ready')
  }
  if (choice.names.length < 2) return [await chosenServer(choice, world)]
  if (choice.commandLine.length > 0) {
    throw new ExecutionError(
      'INVALID_ARGUMENT',
      'Cannot choose the servers: names and a command are given; give one of them',
    )
  }
  return await Promise.all(
    choice.names.map(name => chosenServer({ ...choice, names: [name] }, world)),
  )
}

interface Measuring {
  readonly count: CountTokens
  readonly flags: TokensFlags
  readonly world: World
  readonly say: (text: string) => void
}

async function measure(
  entry: ServerEntry,
  { count, flags, world, say }: Measuring,
): Promise<Measured> {
  const deps = generationDeps(world, {}, say)
  const planned = await withServer(entry, deps, catalog =>
    planTree(catalog, entry, {
      base: world.places.serversDir,
      mode: 'progressive',
      now: world.now,
    }),
  )
  const { catalog, tree } = planned
  const files = tree.files.map(({ path, text }) => ({ path, text: text.toString() }))
  const search = toolIndex([catalog])
  const server = measureServer(catalog, {
    count,
    files,
    search: query => JSON.stringify({ tools: search(query, { limit: maxSearchHits }) }),
    program: ({ name, file, tool }) => programOf(catalog, { name, file, schema: tool.inputSchema }),
  })
  return { ...server, analytic: analyticEstimate(server.tools, flags.calls ?? defaultCalls) }
}

interface Called {
  readonly name: string
  readonly file: string
  readonly schema: Catalog['tools'][number]['inputSchema']
}

/** As an agent writes it: one import, one call with the arguments the tool requires. */
function programOf({ server }: Catalog, { name, file, schema }: Called): string {
  const args = JSON.stringify(exampleArguments(schema) ?? {})
  return `import { ${name} } from '/mcp-tools/servers/${server.id}/${file}'\nexport default await ${name}(${args})\n`
}

const labels = {
  tool_list: 'every tool, as a client lists them',
  all_tool_files: 'every tool file',
  index: 'index.ts',
  one_tool_file: 'one tool file',
  index_and_one_file: 'index.ts and one tool file',
  search_describe_execute: 'search, describe, execute',
} as const

function shown({ server, tools, paths, analytic }: Measured, colors: Colors): string {
  const rows = paths.map(({ path, tokens: cost, least, most, saved }) => [
    `  ${labels[path]}`,
    String(cost),
    least === most ? '' : colors.dim(`${least}–${most}`),
    path === 'tool_list' ? '' : percent(saved),
  ])
  const model = `the older model estimates ${percent(analytic.saved)} for ${analytic.calls} calls (limit ${percent(analyticLimit)}); it measures nothing`
  return [
    `${colors.bold(server)}: ${tools} tools, tokens of ${tokenizer}, share saved`,
    table(rows),
    colors.dim(`  ${model}`),
  ].join('\n')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
