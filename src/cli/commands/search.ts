/** `search <query>`: the tools that fit best, across every server. */
import { ExecutionError, type ExitCode } from '../../errors.ts'
import { cleanLine } from '../../text/index.ts'
import { print, table, withProgress } from '../output/index.ts'
import { openCommandRuntime } from '../runtime.ts'
import type { World } from '../world.ts'

export interface SearchFlags {
  readonly server?: string | undefined
  readonly limit: number
}

export async function search(
  query: string,
  { server, limit }: SearchFlags,
  world: World,
): Promise<ExitCode> {
  await using runtime = await openCommandRuntime(world)
  const { tools, programs, unreachable } = await withProgress(
    world,
    'Asking servers for their tools',
    async () =>
      await runtime
        .session()
        .search(query, { limit, signal: world.signal, ...(server !== undefined && { server }) }),
  )
  for (const { id, error } of unreachable) {
    world.talk(`Skipped ${id}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const found = [
    ...programs.map(({ name, description }) => [`skills/${name}`, cleanLine(description)]),
    ...tools.map(({ server: id, tool, description }) => [`${id}.${cleanLine(tool)}`, description]),
  ]
  print(world, {
    data: {
      tools,
      programs,
      unreachable: unreachable.map(({ id, error }) => ({ server: id, error: String(error) })),
    },
    text: found.map(each => each.join('\t')),
    pretty: colors =>
      found.length === 0
        ? 'No tool fits'
        : table(found.map(([name = '', description = '']) => [colors.bold(name), description])),
  })
  const [first] = unreachable
  if (found.length === 0 && first !== undefined) throw first.error
  return found.length === 0 ? notFound(query) : 0
}

function notFound(query: string): never {
  throw new ExecutionError(
    'TOOL_NOT_FOUND',
    `Cannot find a tool for ${JSON.stringify(query)}: none fits; try other words, or: server list`,
  )
}
