/** `introspect`: what a server is and offers, from its own mouth (contract §4). */
import type { Catalog, Tool } from '../../catalog/index.ts'
import { describe, nameTools, type NamedTool } from '../../codegen/index.ts'
import type { ExitCode } from '../../errors.ts'
import { introspectServer } from '../../execution/index.ts'
import { cleanLine, cleanText, quoteName, truncate } from '../../text/index.ts'
import { chosenServer } from '../chosen-server.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { generationDeps, type LimitFlags } from '../generation-deps.ts'
import { type Colors, print, table, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'

export interface IntrospectArguments extends LimitFlags {
  readonly choice: ServerChoice
  readonly detailed?: true | undefined
}

export async function introspect(
  { choice, detailed, ...flags }: IntrospectArguments,
  world: World,
): Promise<ExitCode> {
  const entry = await chosenServer(choice, world)
  const catalog = await withProgress(world, `Connecting to ${entry.id}`, say =>
    introspectServer(entry, generationDeps(world, flags, say)),
  )
  for (const { name, reason } of catalog.skipped) {
    world.log.warn(`skipped tool ${quoteName(name)}: ${cleanLine(reason)}`)
  }
  print(world, {
    data: viewCatalog(catalog, detailed === true),
    pretty: colors =>
      detailed === true ? detailedText(catalog, colors) : shortText(catalog, colors),
  })
  return 0
}

function viewCatalog({ server, tools, skipped }: Catalog, detailed: boolean): object {
  const { id, name, title, version, protocolVersion, capabilities, instructions } = server
  return {
    server: {
      id,
      name,
      title,
      version,
      protocol_version: protocolVersion,
      capabilities,
      instructions,
      prompts: server.promptCount,
      resources: server.resourceCount,
    },
    tools: tools.map(tool => viewTool(tool, detailed)),
    skipped,
    total_tools: tools.length,
  }
}

function viewTool(tool: Tool, detailed: boolean): object {
  const { name, title, description, inputSchema, outputSchema, annotations, icons, execution } =
    tool
  if (!detailed) return { name, description }
  return {
    name,
    title,
    description,
    input_schema: inputSchema,
    output_schema: outputSchema,
    annotations,
    icons,
    execution,
    digest: tool.digest,
  }
}

function shortText(catalog: Catalog, colors: Colors): string {
  const rows = catalog.tools.map(({ name, title, description }) => [
    `  ${colors.cyan(shownName(name))}`,
    colors.dim(truncate(cleanLine(description ?? title ?? ''), 80)),
  ])
  return [headText(catalog, colors), table(rows)].filter(text => text !== '').join('\n\n')
}

function detailedText(catalog: Catalog, colors: Colors): string {
  const tools = nameTools(catalog).map(named => toolText(named, colors))
  const said = catalog.server.instructions
  const instructions = said === undefined ? [] : [indent(truncate(cleanText(said), 8192))]
  return [headText(catalog, colors), ...instructions, ...tools].join('\n\n')
}

function toolText(named: NamedTool, colors: Colors): string {
  const hints = Object.entries(named.tool.annotations ?? {})
    .filter(([, value]) => value === true)
    .map(([hint]) => cleanLine(hint.replace(/Hint$/, '')))
  const head =
    `${colors.cyan(shownName(named.tool.name))} ${colors.dim(hints.join(', '))}`.trimEnd()
  return `${head}\n${indent(truncate(cleanText(describe(named, { docs: true })), 16_384))}`
}

function headText({ server, tools }: Catalog, colors: Colors): string {
  const { name, title, version, protocolVersion, capabilities, promptCount, resourceCount } = server
  const shownTitle = title === undefined || title === name ? '' : ` (${cleanLine(title)})`
  const head = colors.bold(truncate(cleanLine(`${name} ${version}${shownTitle}`), 200))
  const counts = [
    ['tools', String(tools.length)],
    ...(promptCount === undefined ? [] : [['prompts', String(promptCount)]]),
    ...(resourceCount === undefined ? [] : [['resources', String(resourceCount)]]),
  ]
  const offered = Object.keys(capabilities).map(cleanLine).toSorted().join(', ')
  return [
    head,
    table(
      [
        ['  id', server.id],
        ['  protocol', cleanLine(protocolVersion)],
        ['  capabilities', offered],
      ].concat(counts.map(([what = '', count = '']) => [`  ${what}`, count])),
    ),
  ].join('\n')
}

/** A plain name as it is; one that hides something in quotes, spelled out. */
function shownName(name: string): string {
  const quoted = quoteName(name, 256)
  return /^[\w./-]+$/.test(name) ? name : quoted
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
