/** Writes config.toml: one key at a time, comments and order kept. */
import { editFile } from './edit-file.ts'
import {
  allowedText,
  type SettingKey,
  settingKey,
  settingRules,
  type SettingValue,
} from './settings.ts'
import { setTomlValue, unsetTomlValue } from './toml-edit.ts'

export async function writeSetting(
  path: string,
  key: SettingKey,
  value: SettingValue,
): Promise<void> {
  await editFile(path, text => setTomlValue(text ?? '', sectionAndName(key), value))
}

/** True where the key was set. */
export async function unsetSetting(path: string, key: SettingKey): Promise<boolean> {
  const { before, after } = await editFile(path, text =>
    unsetTomlValue(text ?? '', sectionAndName(key)),
  )
  return (before ?? '') !== after
}

/** A file with every key, commented out; false, and nothing written, where there is one already. */
export async function writeSettingsTemplate(path: string): Promise<boolean> {
  const { before } = await editFile(path, text => Promise.resolve(text ?? template()))
  return before === undefined
}

function template(): string {
  const sections = new Map<string, string[]>()
  for (const [key, rule] of Object.entries(settingRules)) {
    const [section, name] = sectionAndName(settingKey(key))
    const lines = sections.get(section) ?? []
    const shown = rule.default === undefined ? '' : ` ${JSON.stringify(rule.default)}`
    lines.push(`# ${rule.about}: ${allowedText(rule)}\n# ${name} =${shown}\n`)
    sections.set(section, lines)
  }
  return [...sections].map(([section, lines]) => `[${section}]\n${lines.join('')}`).join('\n')
}

function sectionAndName(key: SettingKey): readonly [string, string] {
  const dot = key.indexOf('.')
  return [key.slice(0, dot), key.slice(dot + 1)]
}
