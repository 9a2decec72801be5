import { expect, test } from 'vitest'

import { deadlineRealm } from './with-deadline.ts'

const evil = (): boolean => /^(a+)+$/.test(`${'a'.repeat(40)}!`)

test('work that ends in time gives its result, and work that does not is given up', () => {
  const run = deadlineRealm()
  expect(run(1000, () => 42)).toBe(42)
  expect(run(20, evil)).toBe(undefined)
  expect(run(1000, () => 43)).toBe(43)
})

test('what throws gives nothing', () => {
  expect(
    deadlineRealm()(1000, () => {
      throw new Error('no')
    }),
  ).toBe(undefined)
})

test.each([1, 3, 5, 7, 11, 13, 50])('once a budget of %d ms is spent nothing runs', budgetMs => {
  const run = deadlineRealm(budgetMs)
  expect(run(1000, evil)).toBe(undefined)
  expect(run(1000, () => 42)).toBe(undefined)
})
