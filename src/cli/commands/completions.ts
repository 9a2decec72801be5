/** `completions <shell>` prints a shell's script; the script asks `complete -- <words>` at every Tab. Starts no server. */
import { readdir } from 'node:fs/promises'

import { script } from '@bomb.sh/tab'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'

import { loadConfig } from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { cleanLine, isSuspicious, truncate } from '../../text/index.ts'
import { listTrees } from '../../trees/index.ts'
import { bashCompletion } from '../bash-completion.ts'
import { configDeps } from '../chosen-server.ts'
import { completionTree, type LiveNames, type Suggestion } from '../completion-tree.ts'
import type { World } from '../world.ts'

export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell'

/** Prints the script for a shell; for all but bash the library writes it to stdout itself. */
export function completions(
  shell: Shell,
  program: CommandUnknownOpts,
  { out }: Pick<World, 'out'>,
): ExitCode {
  if (shell === 'bash') out(bashCompletion(program.name()))
  else script(shell, program.name(), program.name())
  return 0
}

/** Prints what may come next, one a line; the last word is the one being typed. */
export async function complete(
  words: readonly string[],
  program: CommandUnknownOpts,
  world: World,
): Promise<ExitCode> {
  const names = await liveNames(words, world)
  completionTree(program, names).parse([...words])
  return 0
}

const nothing: LiveNames = { servers: [], tools: [], skills: [], plugins: [] }

/** Names come from files alone, and a broken file only makes them fewer. */
async function liveNames(words: readonly string[], world: World): Promise<LiveNames> {
  // The first word is a command's.
  if (words.length < 2) return nothing
  const [config, trees, skills, plugins] = await Promise.all([
    loadConfig(configDeps(world)).catch(() => undefined),
    listTrees(world.places.serversDir).catch(() => []),
    folders(world.places.skillsDir),
    folders(world.places.pluginsDir),
  ])
  const servers = new Map<string, string>()
  for (const { dir: _dir, meta } of trees) servers.set(meta.server.id, `${meta.tools.length} tools`)
  for (const { id, origin } of config?.servers ?? []) {
    servers.set(id, servers.get(id) ?? origin.client)
  }
  const tools = trees.flatMap(({ meta }) =>
    meta.tools.map(
      ({
        name,
        typescript_name: typescriptName,
        short_description: short,
        description,
      }): Suggestion => {
        const shown = /^[\w./-]+$/.test(name) ? name : typescriptName
        return [`${meta.server.id}.${shown}`, truncate(cleanLine(short ?? description ?? ''), 60)]
      },
    ),
  )
  return { servers: sorted([...servers]), tools: sorted(tools), skills, plugins }
}

async function folders(parent: string): Promise<readonly Suggestion[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  const names = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
  return sorted(names.map(({ name }): Suggestion => [name, '']))
}

function sorted(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  const plain = suggestions.filter(([value]) => !/\s/.test(value) && !isSuspicious(value))
  return plain.toSorted(([a], [b]) => (a < b ? -1 : 1))
}
