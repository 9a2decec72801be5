import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Dialect, parseTemplate, printTemplate, references } from './template.ts'

const text = (value: string): object => ({ kind: 'text', text: value })
const env = (name: string, fallback?: string): object =>
  fallback === undefined ? { kind: 'env', name } : { kind: 'env', name, fallback }

describe('parseTemplate', () => {
  test.each<{ dialect: Dialect; from: string; parts: object[] }>([
    { dialect: 'shell', from: 'a${B}c', parts: [text('a'), env('B'), text('c')] },
    { dialect: 'shell', from: '${A:-x:-y}', parts: [env('A', 'x:-y')] },
    { dialect: 'shell', from: '${A:-}', parts: [env('A', '')] },
    { dialect: 'shell', from: '${env:A}', parts: [env('A')] },
    { dialect: 'shell', from: '$A $(b) ${a b} ${c', parts: [text('$A $(b) ${a b} ${c')] },
    { dialect: 'shell', from: '${A:-${B}}', parts: [env('A', '${B'), text('}')] },
    { dialect: 'shell', from: '$${A}', parts: [text('$'), env('A')] },
    { dialect: 'editor', from: '${env:A}/${B}', parts: [env('A'), text('/'), env('B')] },
    { dialect: 'editor', from: '${input:tok en}', parts: [{ kind: 'input', id: 'tok en' }] },
    {
      dialect: 'editor',
      from: '${workspaceFolder}${/}${userHome}${workspaceFolder:app}',
      parts: [
        { kind: 'place', place: 'workspaceFolder' },
        { kind: 'place', place: 'pathSeparator' },
        { kind: 'place', place: 'userHome' },
        { kind: 'place', place: 'workspaceFolder' },
      ],
    },
    { dialect: 'editor', from: '${file:~/k}', parts: [{ kind: 'file', path: '~/k' }] },
    {
      dialect: 'editor',
      from: '${config:a.b}',
      parts: [{ kind: 'unknown', source: '${config:a.b}' }],
    },
    { dialect: 'gemini', from: '$A-${B:-c}', parts: [env('A'), text('-'), env('B', 'c')] },
    { dialect: 'gemini', from: '$1 $$', parts: [text('$1 $$')] },
    { dialect: 'opencode', from: '{env:A} ${B}', parts: [env('A'), text(' ${B}')] },
    { dialect: 'opencode', from: '{file:./k}', parts: [{ kind: 'file', path: './k' }] },
    { dialect: 'literal', from: '${A}', parts: [text('${A}')] },
    { dialect: 'own', from: '${:-${}A}', parts: [text('${A}')] },
    { dialect: 'shell', from: '', parts: [] },
  ])('$dialect: $from', ({ dialect, from, parts }) => {
    expect(parseTemplate(from, dialect)).toEqual(parts)
  })
})

describe('printTemplate', () => {
  const piece = constantFrom(
    '${',
    '}',
    '$',
    ':-',
    'A',
    'userHome',
    'env:',
    'input:',
    'file:',
    '{',
    '~',
    'config:',
    ' ',
  )
  const written = oneof(
    string(),
    array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
  )

  test.each<Dialect>(['own', 'shell', 'editor', 'gemini', 'opencode', 'literal'])(
    'what %s text means survives printing and reading again',
    dialect => {
      assert(
        property(written, source => {
          const template = parseTemplate(source, dialect)
          expect(parseTemplate(printTemplate(template), 'own')).toEqual(template)
        }),
        { numRuns: 500 },
      )
    },
  )
})

test('references name variables and never text', () => {
  expect(references(parseTemplate('secret${A:-b}${env:C}', 'shell'))).toEqual(['${A:-b}', '${C}'])
})
