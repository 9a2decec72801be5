/** From a name to the one entry it stands for, and from an entry to what may be used of it. */
import { ExecutionError } from '../errors.ts'
import type { Config, Definition, ServerEntry } from './definition.ts'
import { shown, shownPath } from './rules.ts'
import { meantInstead } from './unknown-keys.ts'

/** By the name a file gives it, or by id. Throws SERVER_NOT_FOUND with the nearest name. */
export function selectServer(
  config: Pick<Config, 'servers' | 'problems'>,
  name: string,
): ServerEntry {
  const { servers, problems } = config
  const found =
    servers.find(server => server.name === name) ?? servers.find(server => server.id === name)
  if (found !== undefined) return found
  const near = meantInstead(
    name,
    servers.map(server => server.name),
  )
  const broken = problems.filter(
    ({ severity, server }) => severity === 'error' && server === undefined,
  )
  const [how, help] =
    servers.length === 0 && broken.length === 0
      ? ['no server is configured here', 'give a command after --, or --http URL']
      : [`no configuration names it${near}`, 'run "mcp-execution server list" to see all']
  const unread = broken.length === 0 ? '' : `; ${broken.length} config file(s) could not be read`
  throw new ExecutionError(
    'SERVER_NOT_FOUND',
    `Cannot find server ${shown(name)}: ${how}${unread}; ${help}`,
    { details: { server: name } },
  )
}

/** The definition of an entry that may be used now; throws APPROVAL_PENDING, CONFIG_INVALID or the entry's own code. */
export function usableDefinition({ id, name, origin, state }: ServerEntry): Definition {
  switch (state.status) {
    case 'ready':
      return state.definition
    case 'pending':
      throw new ExecutionError(
        'APPROVAL_PENDING',
        `Cannot use server ${shown(name)}: it comes from the project file ${shownPath(origin.file ?? '')} and is not approved; look at it and run: mcp-execution server approve ${argument({ id, name })}`,
        { details: { server: name, file: origin.file } },
      )
    case 'disabled':
      throw new ExecutionError(
        'CONFIG_INVALID',
        `Cannot use server ${shown(name)}: it is disabled in ${shownPath(origin.file ?? origin.client)} (${state.reason}); enable it there`,
        { details: { server: name, file: origin.file } },
      )
    case 'invalid':
      throw new ExecutionError(state.code, state.reason, {
        details: { server: name, file: origin.file },
      })
    default:
      return state satisfies never
  }
}

/** What a command line may call a server: its name where that is one plain word, else its id. */
export function argument({ id, name }: Pick<ServerEntry, 'id' | 'name'>): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]{0,200}$/.test(name) ? name : id
}
