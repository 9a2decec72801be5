/** From the arguments that say which server to the entry they mean, configured or ad hoc. */
import {
  adHocServer,
  type Config,
  type ConfigDeps,
  hasAdHocFlags,
  loadConfig,
  selectServer,
  type ServerEntry,
} from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { serverId } from '../ids.ts'
import type { ServerChoice } from './declare/server-choice.ts'
import type { World } from './world.ts'

/** What config needs of the world. */
export function configDeps(world: World): ConfigDeps {
  const { env, cwd, places, platform, settings, configFile } = world
  return { env, cwd, places, platform, settings, ...(configFile && { configFile }) }
}

/** Throws INVALID_ARGUMENT where the arguments contradict each other, SERVER_NOT_FOUND where nothing has that name. */
export async function chosenServer(choice: ServerChoice, world: World): Promise<ServerEntry> {
  const names = [...choice.names, ...(choice.fromConfig === undefined ? [] : [choice.fromConfig])]
  const flags = { ...choice, command: commandOf(choice) }
  const [name] = names
  if (name === undefined) return adHocServer(flags, { cwd: world.cwd })
  if (names.length > 1) refuse(`${names.length} names are given`, 'give one')
  if (hasAdHocFlags(flags)) {
    refuse(
      `a configured name and a server's own flags are given`,
      'use --name to name a new server',
    )
  }
  const config = await loadConfig(configDeps(world))
  const entry = selectServer(config, name)
  if (entry.state.status === 'ready') warnAbout(entry, config, world)
  return choice.name === undefined
    ? entry
    : { ...entry, id: serverId(choice.name), name: choice.name }
}

function warnAbout({ name, origin }: ServerEntry, { problems }: Config, { log }: World): void {
  for (const { server, file, line, message } of problems) {
    if (server === name && file === origin.file) log.warn(message, { file, line })
  }
}

function commandOf({ command, arg, commandLine }: ServerChoice): readonly string[] {
  if (command !== undefined && commandLine.length > 0) {
    refuse('--command and a command after -- are given', 'give one of them')
  }
  if (command === undefined && arg.length > 0) {
    refuse('--arg is given without --command', 'give --command, or the arguments after --')
  }
  return command === undefined ? commandLine : [command, ...arg]
}

function refuse(how: string, help: string): never {
  throw new ExecutionError('INVALID_ARGUMENT', `Cannot choose a server: ${how}; ${help}`)
}
