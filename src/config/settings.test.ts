import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { loadSettings, parseSetting, settingKey } from './settings.ts'

let configDir: string

beforeAll(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'mcp-execution-settings-'))
})

afterAll(async () => {
  await rm(configDir, { recursive: true, force: true })
})

async function load(text: string): Promise<unknown> {
  await writeFile(join(configDir, 'config.toml'), text)
  return await loadSettings({ configDir })
}

describe('loadSettings', () => {
  test('an absent file sets nothing', async () => {
    expect(await loadSettings({ configDir: join(configDir, 'absent') })).toEqual({})
  })

  test('reads sections and dotted keys', async () => {
    expect(
      await load('general.format = "json"\n[runtime]\nmax_tools = 10\ndaemon = false\n'),
    ).toEqual({ 'general.format': 'json', 'runtime.max_tools': 10, 'runtime.daemon': false })
  })

  test.each([
    {
      text: '[general]\nformta = "json"\n',
      message:
        'Cannot use setting "general.formta": there is no such key (did you mean "general.format"?); run "mcp-execution config show" to see all',
    },
    {
      text: '[runtime]\nmax_tools = 10001\n',
      message:
        'Cannot set "runtime.max_tools" to "10001": it is no such value; give a whole number from 1 to 10000',
    },
    {
      text: 'general.format = "xml"',
      message:
        'Cannot set "general.format" to "xml": it is no such value; give pretty, text or json',
    },
  ])('refuses $text', async ({ text, message }) => {
    await expect(load(text)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message })
  })

  test('a broken file is named with its line', async () => {
    const file = JSON.stringify(join(configDir, 'config.toml'))
    await expect(load('a = 1\nb = \n')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Cannot read settings ${file}: it is not TOML (Invalid TOML document: invalid value) at 2:5; correct it`,
    })
  })
})

test.each([
  { key: 'runtime.daemon', text: 'FALSE', value: false },
  { key: 'runtime.max_tools', text: '10000', value: 10_000 },
  { key: 'runtime.timeout_secs', text: '0.5', value: 0.5 },
  { key: 'general.format', text: 'text', value: 'text' },
])('$key takes "$text"', ({ key, text, value }) => {
  expect(parseSetting(settingKey(key), text)).toBe(value)
})

test.each([
  { key: 'runtime.daemon', text: 'no' },
  { key: 'runtime.max_tools', text: '0' },
  { key: 'runtime.max_tools', text: '1.5' },
  { key: 'runtime.max_tools', text: '' },
  { key: 'runtime.timeout_secs', text: 'NaN' },
  { key: 'runtime.timeout_secs', text: 'Infinity' },
  { key: 'general.format', text: 'JSON' },
])('$key refuses "$text"', ({ key, text }) => {
  expect(() => parseSetting(settingKey(key), text)).toThrow('it is no such value')
})
