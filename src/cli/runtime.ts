/** The execution runtime of a command: this world's servers, and one of its own where the arguments name it. */
import { type ExecutionRuntime, openRuntime } from '../execution/index.ts'
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
  return openRuntime({
    ...configDeps(world),
    now: world.now,
    entries,
    architecture: process.arch,
    pid: process.pid,
    workers: 1,
  })
}
