import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { assignNames } from './index.ts'

test.each([
  ['list_issues', 'listIssues', 'snake'],
  ['list-issues', 'listIssues', 'kebab'],
  ['list.issues/all:now', 'listIssuesAllNow', 'any separator'],
  ['listIssues', 'listIssues', 'camel stays'],
  ['ListIssues', 'listIssues', 'Pascal'],
  ['HTTPRequest', 'httpRequest', 'an initial acronym'],
  ['GET_USER', 'getUser', 'all capitals'],
  ['get_userURL', 'getUserURL', 'an inner acronym stays'],
  ['API-v1-get', 'apiV1Get', 'versions'],
  ['2fa_login', '_2faLogin', 'leading digit'],
  ['delete', 'delete_', 'reserved word'],
  ['then', 'then_', 'would make the module thenable'],
  ['constructor', 'constructor_', 'a name of Object.prototype'],
  ['__proto__', 'proto', 'underscores are separators'],
  ['index', 'index_', 'the tree has an index.ts'],
  ['tool', 'tool_', 'every file imports tool'],
  ['CON', 'con_', 'a device of Windows'],
  ['com1', 'com1_', 'a device of Windows'],
  ['../../etc/passwd', 'etcPasswd', 'no path'],
  ['!!!', 'tool_', 'nothing left'],
  ['pay\u202Epal\u200B', 'payPal', 'hidden characters are separators'],
  ['天気_取得', '天気取得', 'other scripts'],
  ['größe-ändern', 'größeÄndern', 'other letters'],
])('%j → %s: %s', (wire, name) => {
  expect(assignNames([wire]).get(wire)).toBe(name)
})

describe('collisions', () => {
  test.each([
    { wires: ['get-user', 'get_user', 'getUser'], names: ['getUser_2', 'getUser_3', 'getUser'] },
    { wires: ['getuser', 'getUser'], names: ['getuser_2', 'getUser'] },
    { wires: ['pаy', 'pay'], names: ['pаy_2', 'pay'] },
    { wires: ['delete', 'Delete'], names: ['delete_2', 'delete_'] },
    { wires: ['!', '?'], names: ['tool_', 'tool_2'] },
    { wires: ['résumé', 'resume'], names: ['résumé_2', 'resume'] },
  ])('$wires → $names', ({ wires, names }) => {
    const assigned = assignNames(wires)
    expect(wires.map(wire => assigned.get(wire))).toEqual(names)
  })
})

test('every name is an identifier, unique on any file system, and independent of order', () => {
  const wire = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('a-b', 'a_b', 'aB', 'ab', 'AB', 'index', 'con', ''),
  )
  fc.assert(
    fc.property(fc.uniqueArray(wire, { maxLength: 30 }), wires => {
      const names = assignNames(wires)
      expect(assignNames(wires.toReversed())).toEqual(names)
      expect(names.size).toBe(wires.length)
      expect(new Set([...names.values()].map(name => name.toLowerCase())).size).toBe(wires.length)
      const identifiers = [...names.values()].filter(name =>
        /^[\p{ID_Start}_$][\p{ID_Continue}$]{0,99}$/u.test(name),
      )
      expect(identifiers).toHaveLength(wires.length)
    }),
  )
})

test('ten thousand namesakes take no longer than ten thousand names', () => {
  const wires = Array.from({ length: 10_000 }, (_value, index) => '-'.repeat(index + 1))
  const names = new Set(assignNames(wires).values())
  expect(names.size).toBe(10_000)
})
