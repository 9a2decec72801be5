import { expect, test } from 'vitest'

import { codeFrame } from './code-frame.ts'
import { maxNesting, nestingDepth } from './nesting.ts'

test('a code frame shows the line before, the line, and carets under the place', () => {
  expect(codeFrame('let a\nlet b = c + 1\n', { line: 2, column: 9, length: 1 })).toBe(
    '  1 | let a\n  2 | let b = c + 1\n    |         ^',
  )
})

test('a code frame cuts a long line around the place, and blanks control characters', () => {
  const line = `${'x'.repeat(1000)}\u001B[31mY${'z'.repeat(1000)}`
  const [shown = '', carets = ''] = codeFrame(line, { line: 1, column: 1006, length: 1 }).split(
    '\n',
  )
  expect(shown.length).toBe('  1 | '.length + 160)
  expect(shown[carets.indexOf('^')]).toBe('Y')
  expect(shown.includes('\u001B')).toBe(false)
})

test('carets never run past the end of the line', () => {
  expect(codeFrame('abc', { line: 1, column: 3, length: 50 }).split('\n')[1]).toBe('    |   ^')
})

test('a code frame for a line the source does not have is empty', () => {
  expect(codeFrame('abc', { line: 9, column: 1 })).toBe('')
})

test.each([
  { source: '((()))', depth: 3 },
  { source: '([{', depth: 3 },
  { source: '() () ()', depth: 1 },
  { source: ')))(', depth: 1 },
  { source: '"(" /* ( */', depth: 2 },
  { source: '('.repeat(maxNesting), depth: 200 },
])('nesting of $source is $depth', ({ source, depth }) => {
  expect(nestingDepth(source)).toBe(depth)
})
