/** The way to every tool for a process of ours: through the daemon, or where that is not wanted, from here. */
import type { ToolCaller } from '../bridge/index.ts'
import { type ConfigDeps, recordOf, type ServerEntry } from '../config/index.ts'
import type { ServerId } from '../ids.ts'
import { type DaemonLink, joinDaemon, reachDaemon } from '../runtime/index.ts'
import { daemonCaller } from './daemon-caller.ts'
import { type ServerRef, serverFinder } from './find-server.ts'
import { ourDaemonProgram, recordInstallation } from './installation.ts'
import { localBridge, type LocalBridgeDeps } from './local-bridge.ts'

export interface CallerWorld extends Omit<ConfigDeps, 'files'> {
  readonly now: () => number
  /** Servers that no configuration knows, or that are meant whatever it says. */
  readonly entries?: readonly ServerEntry[]
  /** Where the process has a say in how it connects itself. */
  readonly connectOptions?: LocalBridgeDeps['connectOptions']
}

/** `MCP_EXECUTION_NO_DAEMON=1` keeps everything in this process. */
export function openToolCaller(world: CallerWorld): ToolCaller {
  const local = (): Promise<ToolCaller> => openLocalCaller(world)
  const refOf = refsFor(world)
  const { env } = world
  const reach = noDaemon(env) ? async () => undefined : () => reachOurDaemon(world)
  return daemonCaller({ reach, env, refOf, fallback: local })
}

/** A link to the daemon of our own version, started if need be. */
export async function reachOurDaemon({
  places,
  env,
}: Pick<CallerWorld, 'places' | 'env'>): Promise<DaemonLink | undefined> {
  const program = ourDaemonProgram(env)
  const link = await joinDaemon(places, env, program.version)
  if (link !== undefined) return link
  recordInstallation(places, env)
  return await reachDaemon(places, env, program)
}

/** The bridge in this very process. */
export async function openLocalCaller(world: CallerWorld): Promise<ToolCaller> {
  const { places, platform, env, cwd, now, connectOptions } = world
  const finder = serverFinder({ places, platform })
  const refOf = refsFor(world)
  return await localBridge({
    places,
    platform,
    env,
    now,
    resolve: server => finder.find(refOf(server), { cwd, env }),
    ...(connectOptions && { connectOptions }),
  })
}

export function noDaemon(env: CallerWorld['env']): boolean {
  const flag = env['MCP_EXECUTION_NO_DAEMON']
  return flag !== undefined && !['', '0', 'false'].includes(flag)
}

function refsFor(world: CallerWorld): (server: ServerId) => ServerRef {
  const { entries = [], configFile } = world
  return server => {
    const entry = entries.find(candidate => candidate.id === server)
    if (entry !== undefined) return { record: recordOf(entry, world) }
    return configFile === undefined ? { name: server } : { name: server, configFile }
  }
}
