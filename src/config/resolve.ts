/** The last step before a server is reached: variables get their values here and nowhere else. */
import type { Config, ServerEntry } from './definition.ts'
import { expandDefinition } from './expand.ts'
import { readInput } from './inputs.ts'
import type { ConfigDeps } from './load.ts'
import { nodeFiles } from './read-file.ts'
import { selectServer, usableDefinition } from './select.ts'
import type { ServerSettings, ServerSpec } from './server-spec.ts'
import { loadSettings, type Settings } from './settings.ts'

/** Throws SERVER_NOT_FOUND, APPROVAL_PENDING, CONFIG_INVALID, CONFIG_UNSET_VARIABLE or SECURITY_REFUSED. */
export async function resolveServer(
  config: Pick<Config, 'servers' | 'problems'>,
  name: string,
  deps: ConfigDeps,
): Promise<ServerSpec> {
  return await resolveEntry(selectServer(config, name), deps)
}

/** The same for an entry already at hand, such as an ad-hoc one. */
export async function resolveEntry(entry: ServerEntry, deps: ConfigDeps): Promise<ServerSpec> {
  const definition = usableDefinition(entry)
  const files = deps.files ?? nodeFiles
  const { stateDir, home } = deps.places
  const target = await expandDefinition(entry, definition, {
    ...deps,
    home,
    files,
    storedInput: (origin, id) => readInput(stateDir, [origin, id], files),
  })
  const chosen = deps.settings ?? (await loadSettings(deps.places, files))
  const settings = { ...serverDefaults(chosen), ...definition.settings }
  return { id: entry.id, name: entry.name, target, settings }
}

/** What the user set for every server; an entry's own setting wins. */
function serverDefaults(settings: Settings): ServerSettings {
  const defaults = {
    connectTimeoutSecs: settings['runtime.connect_timeout_secs'],
    discoverTimeoutSecs: settings['runtime.discover_timeout_secs'],
    callTimeoutSecs: settings['runtime.call_timeout_secs'],
    maxTools: settings['runtime.max_tools'],
  }
  return Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined))
}
