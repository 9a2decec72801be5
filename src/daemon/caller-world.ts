/** What a process of ours needs to reach tools. */
import { type ConfigDeps, recordOf, type ServerEntry } from '../config/index.ts'
import type { ServerId } from '../ids.ts'
import type { ServerRef } from './find-server.ts'
import type { LocalBridgeDeps } from './local-bridge.ts'

export interface CallerWorld extends Omit<ConfigDeps, 'files'> {
  readonly now: () => number
  /** Servers that no configuration knows, or that are meant whatever it says. */
  readonly entries?: readonly ServerEntry[]
  /** Where the process has a say in how it connects itself. */
  readonly connectOptions?: LocalBridgeDeps['connectOptions']
}

/** How a server's id is said to whoever finds it; a record is made out once, since every call says it. */
export function serverRefs(world: CallerWorld): (server: ServerId) => ServerRef {
  const { configFile, entries = [] } = world
  const records = new Map<ServerId, ServerRef>()
  return server => {
    const entry = entries.find(candidate => candidate.id === server)
    if (entry === undefined) {
      return configFile === undefined ? { name: server } : { name: server, configFile }
    }
    const ref = records.get(server) ?? { record: recordOf(entry, world) }
    records.set(server, ref)
    return ref
  }
}
