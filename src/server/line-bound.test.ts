import { expect, test } from 'vitest'

import { LineBound } from './line-bound.ts'

test('a line of exactly the limit passes and one byte more is dropped and counted', async () => {
  const dropped: number[] = []
  const bound = new LineBound({ maxLineBytes: 5, onDropped: bytes => dropped.push(bytes) })
  for (const chunk of ['12', '345\n', '1234', '56\nok\n', '\n']) bound.write(chunk)
  bound.end()
  const passed: string[] = []
  for await (const chunk of bound) passed.push(String(chunk))
  expect(passed.join('')).toBe('12345\nok\n\n')
  expect(dropped).toEqual([7])
})

test('an endless line is never held in memory', async () => {
  const bound = new LineBound({ maxLineBytes: 1024, onDropped: () => {} })
  for (let sent = 0; sent < 64; sent++) bound.write(Buffer.alloc(64 * 1024, 'x'))
  bound.end('\n{"after":1}\n')
  const passed: string[] = []
  for await (const chunk of bound) passed.push(String(chunk))
  expect(passed.join('')).toBe('{"after":1}\n')
})
