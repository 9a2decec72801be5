/** The execution runtime of a command: this world's servers, and one of its own where the arguments name it. */
import { type ExecutionRuntime, openRuntime, type RuntimeWorld } from '../execution/index.ts'
import { chosenServer, configDeps } from './chosen-server.ts'
import type { ServerChoice } from './declare/server-choice.ts'
import type { World } from './world.ts'

/** `choice` holds what stood after the command's own words: a server of its own, or nothing. */
export async function openCommandRuntime(
  world: World,
  choice?: ServerChoice,
): Promise<ExecutionRuntime> {
  const isOwn =
    choice !== undefined &&
    (choice.commandLine.length > 0 || choice.http !== undefined || choice.sse !== undefined)
  const entries = isOwn ? [await chosenServer({ ...choice, names: [] }, world)] : []
  // One program at a time needs one worker.
  return openRuntime({ ...runtimeWorld(world), entries, workers: 1, engine: world.engine })
}

/** What a runtime needs of this world. */
export function runtimeWorld(world: World): RuntimeWorld {
  return { ...configDeps(world), now: world.now, architecture: process.arch, pid: process.pid }
}
