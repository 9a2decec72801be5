/** A ToolCaller that connects from this very process. */
import type { ToolCaller } from '../bridge/index.ts'
import { type CallerWorld, serverRefs } from './caller-world.ts'
import { serverFinder } from './find-server.ts'
import { localBridge } from './local-bridge.ts'

export async function localCaller(world: CallerWorld): Promise<ToolCaller> {
  const { places, platform, env, cwd, now, connectOptions } = world
  const finder = serverFinder({ places, platform })
  const refOf = serverRefs(world)
  return await localBridge({
    places,
    platform,
    env,
    now,
    resolve: server => finder.find(refOf(server), { cwd, env }),
    ...(connectOptions && { connectOptions }),
  })
}
