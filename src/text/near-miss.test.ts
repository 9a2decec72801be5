import { expect, test } from 'vitest'

import { nearest } from './near-miss.ts'

const known = ['create_issue', 'list-issues', 'getFile']

test.each([
  { name: 'createIssue', found: 'create_issue' },
  { name: 'list_isues', found: 'list-issues' },
  { name: 'file', found: 'getFile' },
  { name: 'zzzzzzzz', found: undefined },
  { name: '…', found: undefined },
  { name: 'x'.repeat(257), found: undefined },
])('$name → $found', ({ name, found }) => {
  expect(nearest(name, known)).toBe(found)
})
