/** What the generation journey needs of the world, and the limits that flags and settings put on it. */
import type { ClientLimits } from '../client/index.ts'
import type { GenerationDeps } from '../execution/index.ts'
import { configDeps } from './chosen-server.ts'
import type { Say } from './output/index.ts'
import type { World } from './world.ts'

/** Flags of every command that asks a server what it offers. */
export type LimitFlags = {
  readonly maxTools?: number | undefined
  readonly connectTimeout?: number | undefined
  readonly discoverTimeout?: number | undefined
}

export function generationDeps(world: World, flags: LimitFlags = {}, say?: Say): GenerationDeps {
  return {
    ...configDeps(world),
    now: world.now,
    signal: world.signal,
    limits: limitsOf(world, flags),
    ...(say !== undefined && { say }),
  }
}

/** Flags win over settings; what neither names keeps its default. */
function limitsOf({ settings }: World, flags: LimitFlags): Partial<ClientLimits> {
  const maxTools = flags.maxTools ?? settings['runtime.max_tools']
  const connectSecs = flags.connectTimeout ?? settings['runtime.connect_timeout_secs']
  const discoverSecs = flags.discoverTimeout ?? settings['runtime.discover_timeout_secs']
  return {
    ...(maxTools !== undefined && { maxTools }),
    ...(connectSecs !== undefined && { connectMs: connectSecs * 1000 }),
    ...(discoverSecs !== undefined && { discoverMs: discoverSecs * 1000 }),
  }
}
