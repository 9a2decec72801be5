/** `call` without the rest of the command line: the world as `main` would have built it, and nothing else loaded. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { findPlaces, type Settings } from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { createWorld, type Surroundings } from '../world.ts'
import { call } from './call.ts'

export async function runCall(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const settings = await settingsIfAny(surroundings)
  return await call(words, createWorld(surroundings, { settings }))
}

async function settingsIfAny(surroundings: Surroundings): Promise<Settings> {
  const places = findPlaces(surroundings)
  if (!existsSync(join(places.configDir, 'config.toml'))) return {}
  const { loadSettings } = await import('../../config/index.ts')
  return await loadSettings(places)
}
