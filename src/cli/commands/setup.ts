/** `setup`: what this machine can run, what is configured, and what to do next (contract §11). */
import type { ExitCode } from '../../errors.ts'
import { print } from '../output/index.ts'
import type { World } from '../world.ts'

export async function setup(world: World): Promise<ExitCode> {
  const data = { node: process.versions.node }
  print(world, { data, pretty: colors => `Node ${colors.bold(data.node)}` })
  return 0
}
