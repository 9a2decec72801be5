/** `describe <server>[.<tool>]`: what an agent reads before it calls. */
import type { ExitCode } from '../../errors.ts'
import type { ServerDescription, ToolDescription } from '../../execution/index.ts'
import { cleanLine, cleanText } from '../../text/index.ts'
import type { ServerChoice } from '../declare/server-choice.ts'
import { type Colors } from '../output/index.ts'
import { print, withProgress } from '../output/index.ts'
import { openCommandRuntime } from '../runtime.ts'
import type { World } from '../world.ts'

export interface DescribeFlags {
  readonly compact: boolean
  readonly choice: ServerChoice
}

export async function describe(
  target: string,
  { compact, choice }: DescribeFlags,
  world: World,
): Promise<ExitCode> {
  const id = target.split('.')[0]
  const own =
    choice.commandLine.length > 0 && choice.name === undefined ? { ...choice, name: id } : choice
  await using runtime = await openCommandRuntime(world, own)
  const described = await withProgress(
    world,
    `Asking ${id ?? target}`,
    async () => await runtime.session().describe(target, { docs: !compact, signal: world.signal }),
  )
  print(world, 'signature' in described ? toolReport(described) : serverReport(described))
  return 0
}

function toolReport(tool: ToolDescription): Parameters<typeof print>[1] {
  const text = cleanText(tool.signature).trimEnd()
  return { data: tool, pretty: () => text, text: [text] }
}

function serverReport(server: ServerDescription): Parameters<typeof print>[1] {
  const lines = server.tools.map(({ line }) => cleanLine(line))
  const pretty = (colors: Colors): string =>
    [
      `${colors.bold(server.server)}: ${cleanLine(server.name)} ${cleanLine(server.version)}, ${server.tools.length} tools`,
      ...(server.instructions === undefined ? [] : ['', server.instructions]),
      '',
      ...lines,
      ...server.skipped.map(({ name, reason }) =>
        colors.yellow(`skipped ${cleanLine(name)}: ${cleanLine(reason)}`),
      ),
    ].join('\n')
  return { data: server, pretty, text: lines }
}
