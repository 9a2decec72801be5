import { expect, test } from 'vitest'

import { redactPaths } from './redact-paths.ts'

test.each([
  { text: 'cannot open /home/user/a.ts', known: '', redacted: 'cannot open <path>' },
  { text: 'at f (file:///work/x/y.js:1:2)', known: '', redacted: 'at f (<path>)' },
  { text: 'node:internal/fs:12 failed', known: '', redacted: '<path> failed' },
  { text: String.raw`in C:\Users\me\a.ts`, known: '', redacted: 'in <path>' },
  {
    text: 'ENOENT: "/tmp/a.txt"',
    known: '{"path":"/tmp/a.txt"}',
    redacted: 'ENOENT: "/tmp/a.txt"',
  },
  {
    text: 'GET https://api.example.com/home/x: 404',
    known: '',
    redacted: 'GET https://api.example.com/home/x: 404',
  },
  { text: 'no route /repos/a/b', known: '', redacted: 'no route /repos/a/b' },
])('"$text" becomes "$redacted"', ({ text, known, redacted }) => {
  expect(redactPaths(text, known)).toBe(redacted)
})
