/** `generate --check`: exit 1 and a readable difference where a tree no longer says what its server says. */
import type { ServerEntry } from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { checkTree, type Drift, planTree, withServer } from '../../execution/index.ts'
import { cleanText, quoteName, showHome } from '../../text/index.ts'
import { generationDeps } from '../generation-deps.ts'
import { type Colors, print, withProgress } from '../output/index.ts'
import type { World } from '../world.ts'
import { type GenerateArguments, treeRequest } from './generate.ts'

export interface Checked {
  readonly serverId: string
  readonly folder: string
  readonly drift: Drift
}

export async function checkGenerated(
  entry: ServerEntry,
  flags: GenerateArguments,
  world: World,
): Promise<ExitCode> {
  const checked = await withProgress(world, `Checking ${entry.id}`, () =>
    check(entry, flags, world),
  )
  print(world, {
    data: viewChecked(checked),
    pretty: colors => checkedText(checked, colors, world),
  })
  return checked.drift.drifted ? 1 : 0
}

export async function check(
  entry: ServerEntry,
  flags: GenerateArguments,
  world: World,
): Promise<Checked> {
  const planned = await withServer(entry, generationDeps(world, flags), catalog =>
    planTree(catalog, entry, { ...treeRequest(flags, world), now: world.now }),
  )
  return { serverId: entry.id, folder: planned.folder, drift: await checkTree(planned) }
}

export function viewChecked({ serverId, folder, drift }: Checked): object {
  const { instructionsChanged, ...rest } = drift
  return {
    server_id: serverId,
    output_path: folder,
    ...rest,
    instructions_changed: instructionsChanged,
  }
}

export function checkedText(
  { serverId, folder, drift }: Checked,
  colors: Colors,
  { home }: Pick<World, 'home'>,
): string {
  const where = showHome(folder, home)
  const notes = drift.notes.map(note => colors.dim(cleanText(note)))
  if (!drift.drifted) return [`${colors.green('up to date')} ${where}`, ...notes].join('\n')
  const lines = [
    `${colors.yellow('differs')} ${where}`,
    ...drift.added.map(name => colors.green(`+ tool ${quoteName(name)}`)),
    ...drift.removed.map(name => colors.red(`- tool ${quoteName(name)}`)),
    ...drift.changed.flatMap(({ name, file, diff }) => [
      colors.yellow(`~ tool ${quoteName(name)} (${file})`),
      ...diff.map(line => `    ${paint(cleanText(line), colors)}`),
    ]),
    ...(drift.instructionsChanged ? [colors.yellow("~ the server's instructions")] : []),
    ...drift.files.map(({ path, state }) =>
      colors.yellow(`~ file ${path} was ${state === 'edited' ? 'edited' : 'deleted'}`),
    ),
    ...notes,
    `To bring it up to date: mcp-execution generate ${serverId}`,
  ]
  return lines.join('\n')
}

function paint(line: string, colors: Colors): string {
  if (line.startsWith('+')) return colors.green(line)
  return line.startsWith('-') ? colors.red(line) : colors.dim(line)
}
