import { array, assert, nat, property, record, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'

import { ExecutionError } from '../errors.ts'
import { decodeModule, encodeModule } from './module-container.ts'

const texts = array(tuple(string(), string({ unit: 'grapheme', maxLength: 3000 }))).map(
  pairs => new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))),
)
const contents = record({
  server: string(),
  toolCount: nat(),
  modules: texts,
  declarations: texts,
})

test('a module gives back what was put in', () => {
  assert(
    property(contents, content => {
      const bytes = encodeModule(content)
      expect(decodeModule(bytes)).toEqual(content)
    }),
    { numRuns: 50 },
  )
})

test.each([0, 1, 5, 8, 20])('bytes that are no module of ours are refused: cut at %i', length => {
  const whole = encodeModule({
    server: 'a',
    toolCount: 1,
    modules: new Map(),
    declarations: new Map(),
  })
  for (const bytes of [whole.subarray(0, length), Buffer.concat([whole, Buffer.of(0, 1, 0)])]) {
    expect(() => decodeModule(bytes)).toThrow(ExecutionError)
  }
})
