/** The way to every tool for a process of ours: through the daemon, or where that is not wanted, from here. */
import type { ToolCaller } from '../bridge/index.ts'
import { reachOurDaemon } from '../runtime/index.ts'
import { type CallerWorld, serverRefs } from './caller-world.ts'
import { daemonCaller } from './daemon-caller.ts'

/** `MCP_EXECUTION_NO_DAEMON=1` keeps everything in this process; so does a machine where no daemon starts. */
export function openToolCaller(world: CallerWorld): ToolCaller {
  const { env } = world
  return daemonCaller({
    env,
    refOf: serverRefs(world),
    reach: noDaemon(env) ? async () => undefined : () => reachOurDaemon(world),
    fallback: () => openLocalCaller(world),
  })
}

/** The bridge in this very process. */
export async function openLocalCaller(world: CallerWorld): Promise<ToolCaller> {
  // The SDK is only loaded by whoever connects itself.
  const { localCaller } = await import('./local-caller.ts')
  return await localCaller(world)
}

function noDaemon(env: CallerWorld['env']): boolean {
  const flag = env['MCP_EXECUTION_NO_DAEMON']
  return flag !== undefined && !['', '0', 'false'].includes(flag)
}
