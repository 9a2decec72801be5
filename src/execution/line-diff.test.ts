import { expect, test } from 'vitest'

import { lineDiff } from './line-diff.ts'

test.each([
  { before: 'a\nb\nc', after: 'a\nb\nc', diff: [] },
  { before: 'a\nb\nc\nd', after: 'a\nB\nc\nd', diff: ['  a', '- b', '+ B', '  c'] },
  { before: 'a\nb', after: 'a\nb\nc', diff: ['  b', '+ c'] },
  { before: 'a\nb\nc', after: 'c', diff: ['- a', '- b', '  c'] },
  { before: '', after: 'x', diff: ['-', '+ x'] },
])('$before against $after', ({ before, after, diff }) => {
  expect(lineDiff(before, after)).toEqual(diff)
})

function lines(count: number): string {
  return Array.from({ length: count }, (_, at) => `${at}`).join('\n')
}

test('texts of 600 lines are compared, longer ones are only counted', () => {
  expect(lineDiff(lines(600), lines(599))).toEqual(['  598', '- 599'])
  expect(lineDiff(lines(601), lines(600))).toEqual(['- 601 lines', '+ 600 lines'])
})
