import { expect, test } from 'vitest'

import { decodeResult, ToolError } from './result.ts'

const image = { type: 'image', data: 'aGk=', mimeType: 'image/png' }

test.each([
  {
    why: 'structured content comes first',
    raw: { structuredContent: { a: 1 }, content: [{ type: 'text', text: '{"b":2}' }] },
    value: { a: 1 },
  },
  { why: 'falsy structured content counts', raw: { structuredContent: 0, content: [] }, value: 0 },
  { why: 'nothing is null', raw: { content: [] }, value: null },
  { why: 'one text is the text', raw: { content: [{ type: 'text', text: 'hi' }] }, value: 'hi' },
  {
    why: 'an empty text is an empty string',
    raw: { content: [{ type: 'text', text: '' }] },
    value: '',
  },
  {
    why: 'JSON text is parsed',
    raw: { content: [{ type: 'text', text: ' {"a":[1]}' }] },
    value: { a: [1] },
  },
  {
    why: 'JSON that nests beyond reason stays text',
    raw: { content: [{ type: 'text', text: `${'['.repeat(1001)}${']'.repeat(1001)}` }] },
    value: `${'['.repeat(1001)}${']'.repeat(1001)}`,
  },
  {
    why: 'text that only begins like JSON stays text',
    raw: { content: [{ type: 'text', text: '[draft] {x}' }] },
    value: '[draft] {x}',
  },
  {
    why: 'a version is no number',
    raw: { content: [{ type: 'text', text: '1.0' }] },
    value: '1.0',
  },
  {
    why: 'digits no double holds are kept',
    raw: {
      content: [
        { type: 'text', text: '{"id":12345678901234567890,"s":"1234567890123456789","n":1.5}' },
      ],
    },
    value: { id: '12345678901234567890', s: '1234567890123456789', n: 1.5 },
  },
  { why: 'an image alone is a list of one', raw: { content: [image] }, value: [image] },
  {
    why: 'parts keep their order, text as its value',
    raw: { content: [{ type: 'text', text: '{"a":1}' }, image, { type: 'text', text: 'end' }] },
    value: [{ a: 1 }, image, 'end'],
  },
])('decodeResult: $why', ({ raw, value }) => {
  expect(decodeResult(raw)).toEqual(value)
})

test('decodeResult: isError is thrown, with the message and the structured detail', () => {
  const raw = {
    isError: true,
    structuredContent: { code: 7 },
    content: [{ type: 'text', text: 'no such issue' }],
  }
  let thrown: unknown
  try {
    decodeResult(raw)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ToolError)
  expect(thrown).toMatchObject({ code: 'TOOL_FAILED', message: 'no such issue', data: { code: 7 } })
})
