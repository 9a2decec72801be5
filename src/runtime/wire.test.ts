import { expect, test } from 'vitest'

import { fromLine, lineReader, toLine } from './wire.ts'

function read(
  chunks: readonly string[],
  maxBytes?: number,
): { lines: string[]; tooLong: number[] } {
  const lines: string[] = []
  const tooLong: number[] = []
  const push = lineReader({
    onLine: line => lines.push(line),
    onTooLong: bytes => tooLong.push(bytes),
    ...(maxBytes !== undefined && { maxBytes }),
  })
  for (const chunk of chunks) push(Buffer.from(chunk))
  return { lines, tooLong }
}

test.each([
  {
    why: 'lines cut anywhere are put together',
    chunks: ['{"a"', ':1}\n{"b', '":2}\n'],
    lines: ['{"a":1}', '{"b":2}'],
  },
  { why: 'empty lines are skipped', chunks: ['\n\na\n', '\n'], lines: ['a'] },
  { why: 'what has no end yet waits', chunks: ['a\nb'], lines: ['a'] },
])('lineReader: $why', ({ chunks, lines }) => {
  expect(read(chunks)).toEqual({ lines, tooLong: [] })
})

test('lineReader: a line of exactly the bound passes, one byte more ends the reading', () => {
  expect(read(['12345\n'], 5)).toEqual({ lines: ['12345'], tooLong: [] })
  expect(read(['123', '456\nx\n', 'y\n'], 5)).toEqual({ lines: [], tooLong: [6] })
})

test('lineReader: a character cut between two chunks stays whole', () => {
  const bytes = Buffer.from('é\n')
  const lines: string[] = []
  const push = lineReader({ onLine: line => lines.push(line), onTooLong: () => {} })
  push(bytes.subarray(0, 1))
  push(bytes.subarray(1))
  expect(lines).toEqual(['é'])
})

test('a value survives its line', () => {
  expect(fromLine(toLine({ text: 'a\nb\u2028' }))).toEqual({ text: 'a\nb\u2028' })
  expect(fromLine('[1]')).toBeUndefined()
  expect(fromLine('{')).toBeUndefined()
})
