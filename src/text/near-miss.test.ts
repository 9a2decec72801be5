import { expect, test } from 'vitest'

import { didYouMean, nearest } from './near-miss.ts'

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

test('what was meant is shown as other people’s text is', () => {
  expect(didYouMean('createIssue', known)).toBe('did you mean "create_issue"?')
  expect(didYouMean('go', ['g\u202Eo'])).toBe('did you mean "g\\u{202E}o"?')
  expect(didYouMean('zzzzzzzz', known)).toBe(undefined)
})
