import { describe, expect, test } from 'vitest'

import { colorsFor } from './colors.ts'
import { createLogger } from './logger.ts'
import { print } from './print.ts'
import { table } from './table.ts'

describe('colorsFor', () => {
  test.each([
    { why: 'a terminal', isTerminal: true, env: {}, colored: true },
    { why: 'no terminal', isTerminal: false, env: {}, colored: false },
    { why: 'NO_COLOR', isTerminal: true, env: { NO_COLOR: '1' }, colored: false },
    {
      why: 'an empty NO_COLOR means nothing',
      isTerminal: true,
      env: { NO_COLOR: '' },
      colored: true,
    },
    {
      why: 'FORCE_COLOR off terminal',
      isTerminal: false,
      env: { FORCE_COLOR: '1' },
      colored: true,
    },
    { why: 'FORCE_COLOR=0', isTerminal: true, env: { FORCE_COLOR: '0' }, colored: false },
    {
      why: 'NO_COLOR wins over FORCE_COLOR',
      isTerminal: true,
      env: { NO_COLOR: '1', FORCE_COLOR: '1' },
      colored: false,
    },
    { why: 'a dumb terminal', isTerminal: true, env: { TERM: 'dumb' }, colored: false },
    {
      why: '--no-color wins over FORCE_COLOR',
      isTerminal: true,
      env: { FORCE_COLOR: '1' },
      wanted: false,
      colored: false,
    },
  ])('$why: $colored', ({ colored, ...question }) => {
    expect(colorsFor(question).red('x') !== 'x').toBe(colored)
  })
})

describe('print', () => {
  const colors = {
    out: colorsFor({ env: {}, isTerminal: false }),
    err: colorsFor({ env: {}, isTerminal: false }),
  }
  const report = { data: { a: [1, 2] }, pretty: () => 'a is 1 and 2' }

  test.each([
    { format: 'json' as const, text: undefined, printed: '{\n  "a": [\n    1,\n    2\n  ]\n}\n' },
    { format: 'text' as const, text: undefined, printed: '{"a":[1,2]}\n' },
    { format: 'text' as const, text: ['1', '2'], printed: '1\n2\n' },
    { format: 'text' as const, text: [], printed: '' },
    { format: 'pretty' as const, text: ['1', '2'], printed: 'a is 1 and 2\n' },
  ])('$format with text $text', ({ format, text, printed }) => {
    let out = ''
    print(
      { format, colors, out: piece => (out += piece) },
      { ...report, ...(text === undefined ? {} : { text }) },
    )
    expect(out).toBe(printed)
  })
})

test('table pads every column but the last, and ignores colour codes', () => {
  expect(
    table([
      ['a', 'bb', 'c'],
      ['\u001B[1mlonger\u001B[22m', 'b', 'cc'],
    ]),
  ).toBe('a       bb  c\n\u001B[1mlonger\u001B[22m  b   cc')
})

function lines(format: 'text' | 'json', level: 'warn' | 'debug'): string {
  let written = ''
  const log = createLogger({
    write: line => (written += line),
    format,
    level,
    colors: colorsFor({ env: {}, isTerminal: false }),
    home: '/home/ann',
    now: () => 0,
  })
  log.warn('Skipped "/home/ann/a.json"', { entry: 'x y' })
  log.debug('seen')
  return written
}

describe('createLogger', () => {
  test('writes text lines from its level up', () => {
    expect(lines('text', 'warn')).toBe('warn Skipped "~/a.json" entry="x y"\n')
  })

  test('writes one JSON object a line', () => {
    expect(lines('json', 'debug')).toBe(
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"Skipped \\"~/a.json\\"","entry":"x y"}\n' +
        '{"time":"1970-01-01T00:00:00.000Z","level":"debug","message":"seen"}\n',
    )
  })
})
