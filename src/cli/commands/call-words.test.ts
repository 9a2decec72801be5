import { expect, test } from 'vitest'

import { propertiesOf } from '../../runtime/index.ts'
import { parseCallWords, splitRest } from './call-words.ts'

const parameters = propertiesOf({
  type: 'object',
  properties: {
    title: { type: 'string' },
    dry: { type: 'boolean' },
    color: { type: 'boolean' },
    log_format: { type: 'string' },
    Raw: { type: 'string' },
  },
})

test.each([
  { rest: ['--title', '-v'], words: ['--title', '-v'], why: 'a value may look like a flag' },
  { rest: ['--title', '-h', '-q'], words: ['--title', '-h'], verbosity: 'quiet' },
  { rest: ['--title=t', '-v'], words: ['--title=t'], verbosity: 'verbose' },
  { rest: ['--dry', '-v'], words: ['--dry'], verbosity: 'verbose' },
  { rest: ['--no-dry', '-v'], words: ['--no-dry'], verbosity: 'verbose' },
  { rest: ['--unknown', '-v'], words: ['--unknown', '-v'] },
  { rest: ['--no-color'], words: ['--no-color'], why: 'the tool has a switch of that name' },
  { rest: ['--log-format', 'json'], words: ['--log-format', 'json'] },
  { rest: ['--raw', 'r'], words: ['--raw', 'r'], why: 'case does not matter' },
  { rest: ['constructor', 'title=t'], words: ['constructor', 'title=t'] },
  { rest: ['--json', 'title=t'], words: ['title=t'] },
])('$rest leaves the tool $words', ({ rest, words, verbosity }) => {
  const split = splitRest(parseCallWords(['server.tool', ...rest]), parameters)
  expect(split.words).toEqual(words)
  expect(split.flags).toMatchObject({ help: false, raw: false, verbosity })
})
