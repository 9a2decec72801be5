import { assert, asyncProperty, boolean, constantFrom, tuple } from 'fast-check'
import { parse } from 'jsonc-parser'
import { expect, test } from 'vitest'

import { setJsonValue } from './json-edit.ts'

const path = ['mcpServers', 'x']

test.each([
  {
    why: 'nothing',
    from: '',
    to: '{\n  "mcpServers": {\n    "x": {\n      "c": 1\n    }\n  }\n}\n',
  },
  {
    why: 'comments and a trailing comma',
    from: '{\n  // mine\n  "mcpServers": {\n    "a": {}, // a\n  },\n}\n',
    to: '{\n  // mine\n  "mcpServers": {\n    "a": {}, // a\n    "x": {\n      "c": 1\n    },\n  },\n}\n',
  },
  {
    why: 'tabs and CRLF',
    from: '{\r\n\t"mcpServers": {\r\n\t\t"a": {}\r\n\t}\r\n}\r\n',
    to: '{\r\n\t"mcpServers": {\r\n\t\t"a": {},\r\n\t\t"x": {\r\n\t\t\t"c": 1\r\n\t\t}\r\n\t}\r\n}\r\n',
  },
  {
    why: 'one line',
    from: '{"mcpServers": {"a": 1}}',
    to: '{"mcpServers": {"a": 1, "x": {"c":1}}}',
  },
  {
    why: 'one line with a trailing comma',
    from: '{"mcpServers": {"a": 1,},}',
    to: '{"mcpServers": {"a": 1, "x": {"c":1},},}',
  },
  {
    why: 'a file without the container',
    from: '{\n  "theme": "dark" // night\n}',
    to: '{\n  "theme": "dark", // night\n  "mcpServers": {\n    "x": {\n      "c": 1\n    }\n  }\n}',
  },
  {
    why: 'an empty container',
    from: '{\n  "mcpServers": {}\n}\n',
    to: '{\n  "mcpServers": {\n    "x": {\n      "c": 1\n    }\n  }\n}\n',
  },
  {
    why: 'an entry of that name',
    from: '{"z":  1, "mcpServers": {"x": {"old": true}}}',
    to: '{"z":  1, "mcpServers": {"x": {"c":1}}}',
  },
])('adds to $why', async ({ from, to }) => {
  expect(await setJsonValue(from, path, { c: 1 })).toBe(to)
})

test.each([
  '{\n  // mine\n  "mcpServers": {\n    "a": {} // a\n  }\n}\n',
  '{\n  "mcpServers": {\n    "a": {}, // a\n    /* last */\n  },\n}\n',
  '{"mcpServers": {"a": 1}}',
  '{"mcpServers": {"a": 1,},}',
  '{\r\n\t"mcpServers": {\r\n\t\t"a": {}\r\n\t}\r\n}\r\n',
])('takes away what it added to %j', async from => {
  const added = await setJsonValue(from, path, { c: 1, d: [1, { e: 2 }] })
  expect(await setJsonValue(added, path, undefined)).toBe(from)
})

test('takes a member from the middle', async () => {
  const from = '{\n  "mcpServers": {\n    "a": 1,\n    "x": 2, // x\n    "b": 3\n  }\n}'
  const to = '{\n  "mcpServers": {\n    "a": 1,\n    "b": 3\n  }\n}'
  expect(await setJsonValue(from, path, undefined)).toBe(to)
})

test('for any layout, only the one member changes', async () => {
  const gap = constantFrom('', ' ', '\n', '\r\n  ', ' // c\n', ' /* , */ ', '\n\t/* a\n } */\n')
  const layout = tuple(gap, gap, gap, gap, constantFrom('', ',', ', // t\n'))
  await assert(
    asyncProperty(layout, boolean(), boolean(), async ([a, b, c, d, tail], hasX, hasOther) => {
      const members = [...(hasOther ? [`"o"${a}:{}`] : []), ...(hasX ? [`"x"${b}:[1]`] : [])]
      const inner = `{${c}${members.join(`,${d}`)}${members.length > 0 ? tail : ''}${a}}`
      const from = `{${d}"z":1,${a}"mcpServers":${b}${inner}${c}}`
      const set = await setJsonValue(from, path, { c: 1 })
      const other = hasOther ? { o: {} } : {}
      expect(parse(set)).toEqual({ z: 1, mcpServers: { ...other, x: { c: 1 } } })
      const unset = await setJsonValue(set, path, undefined)
      expect(parse(unset)).toEqual({ z: 1, mcpServers: other })
      for (const comment of from.match(/\/\/ c|\/\* , \*\//g) ?? []) expect(set).toContain(comment)
    }),
  )
})

test('refuses what is no JSON', async () => {
  await expect(setJsonValue('{"a": nope}', path, {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
})
