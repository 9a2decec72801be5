import { expect, test } from 'vitest'

import { lineSplitter } from './line-splitter.ts'

function linesOf(chunks: readonly string[], maxBytes = 8): readonly string[] {
  const seen: string[] = []
  const splitter = lineSplitter({
    maxBytes,
    onLine: line => seen.push(line),
    onTooLong: () => seen.push('TOO LONG'),
  })
  for (const chunk of chunks) splitter.push(Buffer.from(chunk, 'latin1'))
  return seen
}

test.each<[string, readonly string[], readonly string[]]>([
  ['whole lines', ['a\nb\n'], ['a', 'b']],
  ['lines over several chunks', ['a', 'b', 'c\nd', '\n'], ['abc', 'd']],
  ['empty lines', ['\n\na\n'], ['', '', 'a']],
  ['a character over two chunks', ['\xC3', '\xBC\n'], ['ü']],
  ['what is no UTF-8', ['\xFF\n'], ['\uFFFD']],
  ['no line without its end', ['abc'], []],
  ['exactly the limit', ['12345678\n'], ['12345678']],
  ['one more than the limit', ['123456789\n1\n'], ['TOO LONG']],
  ['one more than the limit without an end', ['1234', '56789', '1\n2\n'], ['TOO LONG']],
])('%s', (_why, chunks, expected) => {
  expect(linesOf(chunks)).toEqual(expected)
})
