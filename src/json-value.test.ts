import { expect, test } from 'vitest'

import { parseExactly, parseMessage } from './json-value.ts'

test.each([
  {
    json: '[9007199254740991,9007199254740993]',
    value: [9_007_199_254_740_991, '9007199254740993'],
  },
  { json: '{"a":-12345678901234567890}', value: { a: '-12345678901234567890' } },
  {
    json: '[1234567890123456.5,1.1234567890123456789]',
    value: [1_234_567_890_123_456.5, 1.123_456_789_012_345_7],
  },
  {
    json: '[1e-1234567890123456789,12345678901234567890e2]',
    value: [0, 1.234_567_890_123_456_8e21],
  },
  { json: '"12345678901234567890"', value: '12345678901234567890' },
  {
    json: '["\\"12345678901234567890",12345678901234567890]',
    value: ['"12345678901234567890', '12345678901234567890'],
  },
  { json: '["\\\\",12345678901234567890]', value: ['\\', '12345678901234567890'] },
  { json: '{"12345678901234567890":1}', value: { '12345678901234567890': 1 } },
])('$json keeps its digits', ({ json, value }) => {
  expect(parseExactly(json)).toEqual(value)
})

test('a string of twenty million characters, escaped or not, is no obstacle', () => {
  const text = `${'x'.repeat(10_000_000)}${String.raw`\n`.repeat(5_000_000)}`
  const [first, second] = Object(parseExactly(`["${text}",12345678901234567890]`))
  expect([first.length, second]).toEqual([15_000_000, '12345678901234567890'])
})

test('what is no JSON is the error that JSON.parse throws', () => {
  expect(() => parseExactly('[1234567890123456789')).toThrow(SyntaxError)
})

test.each([
  { result: '{"structuredContent":{"id":12345678901234567890}}', id: '12345678901234567890' },
  { result: '{"tools":[{"id":12345678901234567890}]}', id: 12_345_678_901_234_567_000 },
])('of messages, structured answers alone: $result', ({ result, id }) => {
  const found = JSON.stringify(parseMessage(`{"jsonrpc":"2.0","id":1,"result":${result}}`))
  expect(found).toContain(`"id":${JSON.stringify(id)}}`)
})
