import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  cleanLine,
  cleanText,
  formatBytes,
  isSuspicious,
  quoteName,
  redact,
  sliceBytes,
  truncate,
  truncateBytes,
} from './index.ts'

describe('cleanText', () => {
  test.each([
    {
      text: 'plain\ttext\nsecond line',
      clean: 'plain\ttext\nsecond line',
      why: 'plain text stays',
    },
    {
      text: 'a\r\nb\rc\u2028d\u2029e\u0085f',
      clean: 'a\nb\nc\nd\ne\nf',
      why: 'one kind of line break',
    },
    { text: '\u001B[31mred\u001B[0m \u009B1mbold', clean: 'red bold', why: 'colours go' },
    { text: '\u001B]8;;http://x\u0007link\u001B]8;;\u001B\\', clean: 'link', why: 'hyperlinks go' },
    { text: '\u001B]52;c;aGk=', clean: '52;c;aGk=', why: 'an unfinished sequence loses its start' },
    { text: 'a\u001Bcb\u0000\u0007', clean: 'ab', why: 'reset, NUL and BEL go' },
    { text: 'user\u202Etxt.exe\u2066', clean: 'usertxt.exe', why: 'bidi goes' },
    { text: 'a\u200Bb\uFEFFc\u00ADd\u{E0041}e\uFE01', clean: 'abcde', why: 'invisible goes' },
    { text: '✔\uFE0F\uFE0F\uFE0F', clean: '✔\uFE0F', why: 'an emoji keeps its one selector' },
    { text: 'x\uD800y\uDC00', clean: 'x\uFFFDy\uFFFD', why: 'lone surrogates are marked' },
    { text: 'Grüße 世界 🎉', clean: 'Grüße 世界 🎉', why: 'languages and emoji stay' },
  ])('$why', ({ text, clean }) => {
    expect(cleanText(text)).toBe(clean)
  })

  test('is stable: cleaning twice changes nothing, and nothing suspicious is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const clean = cleanText(text)
        expect(cleanText(clean)).toBe(clean)
        expect(isSuspicious(clean)).toBe(false)
      }),
    )
  })

  test('takes linear time on hostile input', () => {
    const hostile =
      '\u001B]'.repeat(200_000) + '\u001B['.repeat(200_000) + '\u001BP'.repeat(200_000)
    expect(cleanText(hostile)).not.toContain('\u001B')
  })
})

test('cleanLine folds white space', () => {
  expect(cleanLine('  a\n\n\tb\u2028 c ')).toBe('a b c')
})

test.each([
  { name: 'create_issue', quoted: '"create_issue"' },
  { name: 'a"b\n', quoted: String.raw`"a\"b\n"` },
  { name: 'pay\u202Epal\u200B', quoted: String.raw`"pay\u{202E}pal\u{200B}"` },
  { name: 'x'.repeat(200), quoted: `"${'x'.repeat(120)}…"` },
])('quoteName spells out what hides: $quoted', ({ name, quoted }) => {
  expect(quoteName(name)).toBe(quoted)
})

describe('bounds', () => {
  test('truncate marks what it cut and meets the limit exactly', () => {
    expect(truncate('abcdef', 6)).toBe('abcdef')
    expect(truncate('abcdefg', 6)).toBe('abcde…')
    expect(truncate('abc', 0)).toBe('')
  })

  test('truncate never splits a surrogate pair', () => {
    expect(truncate('ab🎉cd', 4)).toBe('ab…')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, length) => {
        const cut = truncate(text, length)
        return cut.length <= length && !/[\uD800-\uDFFF]/u.test(cut)
      }),
    )
  })

  test('truncateBytes keeps what fits and says how much there was', () => {
    expect(truncateBytes('é'.repeat(512), 1024)).toBe('é'.repeat(512))
    expect(truncateBytes('é'.repeat(513), 1024)).toBe(`${'é'.repeat(512)}… [cut at 1 KiB of 1 KiB]`)
    expect(sliceBytes('a🎉', 4)).toBe('a')
    expect(formatBytes(1536 * 1024)).toBe('1.5 MiB')
  })
})

describe('redact', () => {
  test.each([
    { text: 'failed: hunter22', secrets: ['hunter22'], shown: 'failed: [redacted]' },
    { text: 'x=a%2Fb+c', secrets: ['a/b+c'], shown: 'x=a%2Fb+c' },
    { text: 'q=a%2Fb', secrets: ['a/b!', 'a/b'], shown: 'q=a%2Fb' },
    {
      text: 'Authorization: Bearer abcdefgh12345',
      secrets: [],
      shown: 'Authorization: Bearer [redacted]',
    },
    { text: `t ghp_${'a'.repeat(36)} u`, secrets: [], shown: 't [redacted] u' },
    { text: 'https://ann:pw@host/x', secrets: [], shown: 'https://[redacted]@host/x' },
    { text: '{"password": "s3cr3t!"}', secrets: [], shown: '{"password": "[redacted]"}' },
    { text: 'API_KEY=12345678 rest', secrets: [], shown: 'API_KEY=[redacted] rest' },
    { text: 'abcd abcdef', secrets: ['abcd', 'abcdef'], shown: '[redacted] [redacted]' },
  ])('$text', ({ text, secrets, shown }) => {
    expect(redact(text, { secrets })).toBe(shown)
  })

  test('finds a known secret spelled in a URL, in JSON and in base64', () => {
    const secret = 'p"a/ss word'
    const spelled = [encodeURIComponent(secret), JSON.stringify(secret), btoa(secret)].join(' ')
    expect(redact(spelled, { secrets: [secret] })).toBe('[redacted] "[redacted]" [redacted]')
  })

  test('shows the home folder as ~, and no other', () => {
    expect(redact('/home/ann/x /home/anna/y /home/ann', { home: '/home/ann/' })).toBe(
      '~/x /home/anna/y ~',
    )
  })
})
