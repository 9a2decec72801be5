import { describe, expect, test } from 'vitest'

import { removeTomlTable, setTomlTable, setTomlValue, unsetTomlValue } from './toml-edit.ts'

describe('setTomlValue', () => {
  test.each([
    { why: 'an empty file', from: '', to: '[a]\nk = 1\n' },
    { why: 'another section', from: '[b]\nx = 1', to: '[b]\nx = 1\n\n[a]\nk = 1\n' },
    {
      why: 'the section, before the next',
      from: '[a] # mine\nx = 1\n\n# about b\n[b]\n',
      to: '[a] # mine\nx = 1\nk = 1\n\n# about b\n[b]\n',
    },
    {
      why: 'a key there already, its comment kept',
      from: '[a]\n  k="old" # why\nz = 2\n',
      to: '[a]\n  k = 1 # why\nz = 2\n',
    },
    { why: 'a dotted key', from: 'a.k = 7\n[b]\n', to: 'a.k = 1\n[b]\n' },
    { why: 'CRLF', from: '[a]\r\nk = 2\r\n', to: '[a]\r\nk = 1\r\n' },
    { why: 'CRLF, new key', from: '[a]\r\nx = 2\r\n', to: '[a]\r\nx = 2\r\nk = 1\r\n' },
    {
      why: 'text that only looks like a section',
      from: 't = """\n[a]\nk = 5\n"""\nl = [\n  "[a]",\n]\n',
      to: 't = """\n[a]\nk = 5\n"""\nl = [\n  "[a]",\n]\n\n[a]\nk = 1\n',
    },
  ])('$why', async ({ from, to }) => {
    expect(await setTomlValue(from, ['a', 'k'], 1)).toBe(to)
  })

  test('refuses what it cannot change safely', async () => {
    await expect(setTomlValue('a = { x = 1 }\n', ['a', 'k'], 1)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    await expect(setTomlValue('[a]\nk = [\n1,\n2]\n', ['a', 'k'], 1)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })
})

test('unsetTomlValue takes one line and nothing else', async () => {
  const from = '# top\n[a]\nk = "x" # c\ny = 2\n'
  expect(await unsetTomlValue(from, ['a', 'k'])).toBe('# top\n[a]\ny = 2\n')
  expect(await unsetTomlValue(from, ['a', 'none'])).toBe(from)
})

describe('tables', () => {
  const from =
    '# mine\nmodel = "x"  # odd   spacing\n\n[mcp_servers.other]\ncommand = "o"\n[mcp_servers.other.env]\nA = "1"\n'

  test('are added at the end and taken away again, byte for byte', async () => {
    const table = { command: 'c', args: ['serve', 'a"b'] }
    const added = await setTomlTable(from, ['mcp_servers', 'mcp-execution'], table)
    expect(added).toBe(
      `${from}\n[mcp_servers.mcp-execution]\ncommand = "c"\nargs = [ "serve", "a\\"b" ]\n`,
    )
    expect(await removeTomlTable(added, ['mcp_servers', 'mcp-execution'])).toBe(from)
  })

  test('are replaced with the tables inside them', async () => {
    expect(await setTomlTable(from, ['mcp_servers', 'other'], { command: 'n' })).toBe(
      '# mine\nmodel = "x"  # odd   spacing\n\n[mcp_servers.other]\ncommand = "n"\n',
    )
  })

  test('are found under quoted names', async () => {
    expect(await removeTomlTable('[s."a b"]\nx = 1\n[t]\n', ['s', 'a b'])).toBe('[t]\n')
  })

  test('an inline table is refused', async () => {
    await expect(
      setTomlTable('mcp_servers = { a = { command = "x" } }\n', ['mcp_servers', 'b'], {
        command: 'y',
      }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
