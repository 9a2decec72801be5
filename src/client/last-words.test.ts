import { expect, test } from 'vitest'

import { lastWords } from './last-words.ts'

const missingModule = `node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module '/nope.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at Module._load (node:internal/modules/cjs/loader:1038:27)
    at node:internal/main/run_main_module:28:49 {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v20.20.2
`

test('the reason is shown, not the trace below it', () => {
  expect(lastWords(missingModule)).toBe(
    "Error: Cannot find module '/nope.js' | code: 'MODULE_NOT_FOUND',",
  )
})

test('an error far above the end is shown from where it is named', () => {
  const fields = Array.from({ length: 6 }, (_, at) => `  field${at}: ${at},`)
  const said = ['starting', 'TypeError: fetch failed', ...fields, '}'].join('\n')
  expect(lastWords(said)).toBe(
    'TypeError: fetch failed | field0: 0, | field1: 1, | field2: 2, | field3: 3,',
  )
})

test('without a named error the last five lines are shown, and what is only a trace is shown as it is', () => {
  expect(lastWords('1\n2\n3\n4\n5\n6\n')).toBe('2 | 3 | 4 | 5 | 6')
  expect(lastWords('    at main.js:1:1\n')).toBe('at main.js:1:1')
  expect(lastWords('')).toBe('')
})
