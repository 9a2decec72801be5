/** `config init|show|get|set|path`: the user's own settings, in one TOML file. */
import {
  loadSettings,
  parseSetting,
  settingKey,
  settingRules,
  settingsFile,
  type SettingValue,
  unsetSetting,
  writeSetting,
  writeSettingsTemplate,
} from '../../config/index.ts'
import type { ExitCode } from '../../errors.ts'
import { showHome } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'

/** Creates the file with every key, commented out; leaves an existing one alone. */
export async function initConfig(world: World): Promise<ExitCode> {
  const path = settingsFile(world.places)
  const created = await writeSettingsTemplate(path)
  print(world, {
    data: { path, created },
    pretty: () => {
      const shown = showHome(path, world.home)
      return created ? `Created ${shown}` : `${shown} is there already; nothing was changed`
    },
  })
  return 0
}

export async function showConfig(world: World): Promise<ExitCode> {
  const path = settingsFile(world.places)
  const set = await loadSettings(world.places)
  const rows = Object.entries(settingRules).map(([name, rule]) => {
    const value = set[settingKey(name)]
    const shown = value ?? rule.default ?? null
    return { key: name, value: shown, set: value !== undefined, about: rule.about }
  })
  print(world, {
    data: { path, settings: Object.fromEntries(rows.map(({ key, value }) => [key, value])) },
    text: rows.map(({ key, value }) => `${key}=${shownValue(value)}`),
    pretty: colors => {
      const lines = rows.map(({ key, value, set: isSet, about }) => [
        isSet ? colors.bold(key) : key,
        isSet ? colors.bold(shownValue(value)) : colors.dim(shownValue(value)),
        colors.dim(about),
      ])
      return `${colors.dim(showHome(path, world.home))}\n${table(lines)}`
    },
  })
  return 0
}

export async function getConfig(name: string, world: World): Promise<ExitCode> {
  const key = settingKey(name)
  const settings = await loadSettings(world.places)
  const value = settings[key] ?? settingRules[key].default ?? null
  print(world, { data: value, pretty: () => shownValue(value), text: [shownValue(value)] })
  return 0
}

/** Affects the next run. Refuses unknown keys and values that a key may not have, and then writes nothing. */
export async function setConfig(name: string, text: string, world: World): Promise<ExitCode> {
  const key = settingKey(name)
  const value = parseSetting(key, text)
  await writeSetting(settingsFile(world.places), key, value)
  print(world, { data: { key, value }, pretty: () => `${key} = ${String(value)}` })
  return 0
}

/** Goes back to the default. */
export async function unsetConfig(name: string, world: World): Promise<ExitCode> {
  const key = settingKey(name)
  const removed = await unsetSetting(settingsFile(world.places), key)
  const value = settingRules[key].default ?? null
  print(world, {
    data: { key, removed, value },
    pretty: () => `${key} = ${shownValue(value)} (default)`,
  })
  return 0
}

export function configPath(world: World): Promise<ExitCode> {
  const path = settingsFile(world.places)
  print(world, { data: { path }, pretty: () => path, text: [path] })
  return Promise.resolve(0)
}

/** Three limits have no default of their own: the profile gives them. */
function shownValue(value: SettingValue | null): string {
  return value === null ? 'as the profile says' : String(value)
}
