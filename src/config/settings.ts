/** How the user wants us to behave: `config.toml`, keys `general.*`, `security.*`, `runtime.*`. Every key is read by somebody. */
import { join } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { isRecord, parseDocument } from './document.ts'
import type { Places } from './places.ts'
import { type ConfigFiles, nodeFiles } from './read-file.ts'
import { shown, shownPath } from './rules.ts'
import { meantInstead } from './unknown-keys.ts'

/** What the file sets; a key that is absent leaves its default to whoever reads it. */
export interface Settings {
  readonly 'general.format'?: 'pretty' | 'text' | 'json'
  readonly 'general.log_format'?: 'text' | 'json'
  readonly 'general.color'?: boolean
  readonly 'security.profile'?: 'strict' | 'moderate' | 'permissive'
  readonly 'security.type_check'?: boolean
  readonly 'runtime.memory_mb'?: number
  readonly 'runtime.timeout_secs'?: number
  readonly 'runtime.max_calls'?: number
  readonly 'runtime.max_tools'?: number
  readonly 'runtime.connect_timeout_secs'?: number
  readonly 'runtime.discover_timeout_secs'?: number
  readonly 'runtime.call_timeout_secs'?: number
  readonly 'runtime.cache_entries'?: number
  readonly 'runtime.cache_ttl_secs'?: number
  readonly 'runtime.daemon'?: boolean
  readonly 'runtime.daemon_idle_minutes'?: number
}

export type SettingKey = keyof Settings
export type SettingValue = string | number | boolean

/** One key: what it may be, and what holds where nothing is set. */
export type SettingRule = {
  readonly about: string
  /** Absent where it depends on another setting. */
  readonly default?: SettingValue
} & (
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly whole: boolean }
)

const profiles = ['strict', 'moderate', 'permissive']
const whole = (min: number, max: number) => ({ kind: 'number' as const, min, max, whole: true })
const secs = (max: number) => ({ kind: 'number' as const, min: 0.001, max, whole: false })
const flag = { kind: 'flag' as const }

export const settingRules: Readonly<Record<SettingKey, SettingRule>> = {
  'general.format': {
    about: 'how results are printed where --format does not say',
    default: 'pretty',
    kind: 'choice',
    choices: ['pretty', 'text', 'json'],
  },
  'general.log_format': {
    about: 'how logs are written where --log-format does not say',
    default: 'text',
    kind: 'choice',
    choices: ['text', 'json'],
  },
  'general.color': { about: 'false: no colour, as --no-color', default: true, ...flag },
  'security.profile': {
    about: 'the limits of execute where --profile does not say',
    default: 'moderate',
    kind: 'choice',
    choices: profiles,
  },
  'security.type_check': {
    about: 'false: execute runs programs unchecked, as --no-check',
    default: true,
    ...flag,
  },
  'runtime.memory_mb': {
    about: "a program's memory, instead of the profile's",
    ...whole(1, 512),
  },
  'runtime.timeout_secs': {
    about: "a program's time, instead of the profile's",
    ...secs(3600),
  },
  'runtime.max_calls': {
    about: "a program's host calls, instead of the profile's",
    ...whole(0, 1_000_000),
  },
  'runtime.max_tools': {
    about: 'tools taken from one server',
    default: 1000,
    ...whole(1, 10_000),
  },
  'runtime.connect_timeout_secs': {
    about: 'until a server must be connected',
    default: 30,
    ...secs(600),
  },
  'runtime.discover_timeout_secs': {
    about: 'until a server must have listed its tools',
    default: 30,
    ...secs(600),
  },
  'runtime.call_timeout_secs': {
    about: 'until a tool must have answered',
    default: 60,
    ...secs(24 * 3600),
  },
  'runtime.cache_entries': {
    about: 'results kept by the result cache; 0 keeps none',
    default: 1000,
    ...whole(0, 1_000_000),
  },
  'runtime.cache_ttl_secs': {
    about: 'how long a kept result counts',
    default: 300,
    ...secs(30 * 24 * 3600),
  },
  'runtime.daemon': {
    about: 'false: no background process, as MCP_EXECUTION_NO_DAEMON=1',
    default: true,
    ...flag,
  },
  'runtime.daemon_idle_minutes': {
    about: 'until an idle daemon stops',
    default: 15,
    ...secs(7 * 24 * 60),
  },
}

export function settingsFile({ configDir }: Pick<Places, 'configDir'>): string {
  return join(configDir, 'config.toml')
}

/** Throws CONFIG_INVALID, naming file and key, where the file is broken or holds a key or value that is none. */
export async function loadSettings(
  places: Pick<Places, 'configDir'>,
  files: ConfigFiles = nodeFiles,
): Promise<Settings> {
  const file = settingsFile(places)
  const read = await files.read(file)
  if (read.status === 'absent') return {}
  if (read.status === 'refused') return unusable(file, `${read.reason}; correct or remove it`)
  const parsed = await parseDocument(read.text, file)
  if (parsed.status === 'broken') {
    const { line, column } = parsed.position ?? {}
    const at = line === undefined ? '' : ` at ${line}:${column}`
    return unusable(file, `${parsed.reason}${at}; correct it`)
  }
  const entries = flattened(parsed.document.value, file).map(([key, value]) => {
    const known = settingKey(key)
    return [known, checkedValue(known, value)] as const
  })
  const settings: Settings = Object.fromEntries(entries)
  return settings
}

/** Throws CONFIG_INVALID, with the nearest key, for a key that is none. */
export function settingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key
  const near = meantInstead(key, Object.keys(settingRules))
  const message = `Cannot use setting ${shown(key)}: there is no such key${near}; run "mcp-execution config show" to see all`
  throw new ExecutionError('CONFIG_INVALID', message, { details: { key } })
}

/** A value as typed on a command line. */
export function parseSetting(key: SettingKey, text: string): SettingValue {
  const { kind } = settingRules[key]
  if (kind === 'flag' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  const number = kind === 'number' && text.trim() !== '' ? Number(text) : Number.NaN
  return checkedValue(key, Number.isNaN(number) ? text : number)
}

/** Throws CONFIG_INVALID where `value` is nothing that `key` may be. */
function checkedValue(key: SettingKey, value: unknown): SettingValue {
  const rule = settingRules[key]
  if (rule.kind === 'choice' && typeof value === 'string' && rule.choices.includes(value)) {
    return value
  }
  if (rule.kind === 'flag' && typeof value === 'boolean') return value
  if (rule.kind === 'number' && typeof value === 'number') {
    const fits = value >= rule.min && value <= rule.max
    if (fits && (!rule.whole || Number.isInteger(value))) return value
  }
  const given = shown(String(value))
  const message = `Cannot set ${shown(key)} to ${given}: it is no such value; give ${allowedText(rule)}`
  throw new ExecutionError('CONFIG_INVALID', message, { details: { key } })
}

/** "pretty, text or json", "true or false", "a whole number from 1 to 512". */
export function allowedText(rule: SettingRule): string {
  switch (rule.kind) {
    case 'choice':
      return `${rule.choices.slice(0, -1).join(', ')} or ${rule.choices.at(-1) ?? ''}`
    case 'flag':
      return 'true or false'
    case 'number':
      return `a ${rule.whole ? 'whole ' : ''}number from ${rule.min} to ${rule.max}`
    default:
      return rule satisfies never
  }
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingRules, key)
}

function flattened(value: unknown, file: string): readonly (readonly [string, unknown])[] {
  if (!isRecord(value)) return unusable(file, 'it is no table; correct it')
  return Object.entries(value).flatMap(([section, members]) => {
    if (!isRecord(members)) return [[section, members] as const]
    return Object.entries(members).map(([name, member]) => [`${section}.${name}`, member] as const)
  })
}

function unusable(file: string, how: string): never {
  throw new ExecutionError('CONFIG_INVALID', `Cannot read settings ${shownPath(file)}: ${how}`, {
    details: { file },
  })
}
