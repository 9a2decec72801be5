import { describe, expect, test } from 'vitest'

import { normalise, type Reading } from './normalise.ts'

const reading: Reading = { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' }

function refusal(raw: unknown): string | undefined {
  try {
    normalise({ name: 's', raw, reading })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `N${index}`)
}

function record(names: readonly string[], value = 'v'): Record<string, string> {
  return Object.fromEntries(names.map(name => [name, value]))
}

const url = 'https://x.example/'

describe('sizes: the limit itself passes, one more does not', () => {
  test.each([
    {
      what: 'args',
      at: { command: 'c', args: many(256) },
      past: { command: 'c', args: many(257) },
      says: 'args has 257 arguments; give at most 256',
    },
    {
      what: 'an argument',
      at: { command: 'c', args: ['a', 'é'.repeat(2048)] },
      past: { command: 'c', args: ['a', `${'é'.repeat(2048)}a`] },
      says: 'args[1] has 4097 bytes; give at most 4096',
    },
    {
      what: 'env',
      at: { command: 'c', env: record(many(256)) },
      past: { command: 'c', env: record(many(257)) },
      says: 'env has 257 variables; give at most 256',
    },
    {
      what: 'an env value',
      at: { command: 'c', env: { A: 'a'.repeat(32_768) } },
      past: { command: 'c', env: { A: 'a'.repeat(32_769) } },
      says: 'env.A has 32769 bytes; give at most 32768',
    },
    {
      what: 'headers',
      at: { url, headers: record(many(128)) },
      past: { url, headers: record(many(129)) },
      says: 'headers has 129 headers; give at most 128',
    },
    {
      what: 'a header',
      at: { url, headers: { A: 'a'.repeat(8192) } },
      past: { url, headers: { A: 'a'.repeat(8193) } },
      says: 'headers.A has 8193 bytes; give at most 8192',
    },
    {
      what: 'the url',
      at: { url: url.padEnd(8192, 'a') },
      past: { url: url.padEnd(8193, 'a') },
      says: 'url has 8193 bytes; give at most 8192',
    },
    {
      what: 'connectTimeoutSecs',
      at: { command: 'c', connectTimeoutSecs: 600 },
      past: { command: 'c', connectTimeoutSecs: 600.1 },
      says: '"connectTimeoutSecs" is 600.1; give more than 0 and at most 600 seconds',
    },
    {
      what: 'discoverTimeoutSecs',
      at: { command: 'c', discoverTimeoutSecs: 0.001 },
      past: { command: 'c', discoverTimeoutSecs: 0 },
      says: '"discoverTimeoutSecs" is 0; give more than 0 and at most 600 seconds',
    },
    {
      what: 'maxTools',
      at: { command: 'c', maxTools: 10_000 },
      past: { command: 'c', maxTools: 10_001 },
      says: '"maxTools" is 10001; give a whole number from 1 to 10000',
    },
  ])('$what', ({ at, past, says }) => {
    expect(refusal(at)).toBeUndefined()
    expect(refusal(past)).toBe(`Cannot use server "s": ${says}`)
  })
})

describe('environment', () => {
  const refused =
    'LD_PRELOAD ld_preload LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES dyld_x NODE_OPTIONS Node_Options NODE_PATH BASH_ENV PYTHONSTARTUP PYTHONPATH PERL5OPT RUBYOPT JAVA_TOOL_OPTIONS'

  test.each(refused.split(' '))(
    '%s is refused, in env and in env_vars, unless the entry allows it',
    name => {
      const says = `Cannot use server "s": env.${name} can make the server run other code; remove it, or set "allowUnsafeEnv": true if you trust this entry`
      expect(refusal({ command: 'c', env: { [name]: 'x' } })).toBe(says)
      expect(refusal({ command: 'c', env_vars: [name] })).toBe(says)
      const allowed = { command: 'c', env: { [name]: 'x' }, env_vars: [name], allowUnsafeEnv: true }
      expect(refusal(allowed)).toBeUndefined()
    },
  )

  test.each(['PATH', 'HOME', '_x9', 'LDX', 'constructor', '__proto__'])('%s is allowed', name => {
    expect(refusal(JSON.parse(`{"command": "c", "env": {"${name}": "x"}}`))).toBeUndefined()
  })

  test.each(['', '1A', 'A-B', 'A B', 'A=B', 'É', 'BASH_FUNC_x%%'])('%j is no name', name => {
    expect(refusal({ command: 'c', env: { [name]: 'x' } })).toBe(
      `Cannot use server "s": env ${JSON.stringify(name)} is no variable name; use letters, digits and "_"`,
    )
  })
})

test.each([
  { raw: { command: 'a\0b' }, field: 'command' },
  { raw: { command: 'a', args: ['x\0'] }, field: 'args[0]' },
  { raw: { command: 'a', env: { A: '\0' } }, field: 'env.A' },
  { raw: { command: 'a', cwd: '\0' }, field: 'cwd' },
  { raw: { url: `${url}\0` }, field: 'url' },
  { raw: { url, headers: { A: '\0' } }, field: 'headers.A' },
])('a NUL byte in $field is refused', ({ raw, field }) => {
  expect(refusal(raw)).toBe(`Cannot use server "s": ${field} holds a NUL byte; remove it`)
})

test.each(['a|b', 'a;b', '$(x)', '`x`', 'a\nb', '& del', '"', "'"])(
  'no shell ever sees an argument, so %j passes',
  arg => {
    expect(refusal({ command: 'c', args: [arg] })).toBeUndefined()
  },
)

test.each(['A B', 'A:', '', 'Ä', 'A\n', 'A(', 'x\u200b'])('%j is no header name', name => {
  expect(refusal({ url, headers: { [name]: 'v' } })).toMatch(
    /is no header name; use an RFC 9110 token$/,
  )
})

test.each(['x\r\nEvil: 1', 'x\n', '\u001b[0m'])('a header value with %j is refused', value => {
  expect(refusal({ url, headers: { A: value } })).toBe(
    'Cannot use server "s": headers.A holds a control character; remove it',
  )
})

test.each(['file:///etc/passwd', 'ftp://x', 'javascript:alert(1)', 'data:,x', 'ws://x', 'unix:/x'])(
  'the url %s is refused',
  refused => {
    expect(refusal({ url: refused })).toMatch(
      /its url has the scheme "\w+"; give an http or https URL/,
    )
  },
)

test.each([
  { raw: 7, says: 'the entry is not an object; write {…}' },
  { raw: [], says: 'the entry is not an object; write {…}' },
  { raw: {}, says: 'it has no command and no url; give one of them' },
  { raw: { command: '' }, says: 'command is empty; name a program' },
  { raw: { command: 5 }, says: '"command" is not a string; write it in quotes' },
  { raw: { command: 'c', args: 'x' }, says: '"args" is not a list; write ["…", "…"]' },
  { raw: { command: 'c', args: [{}] }, says: '"args[0]" is not a string; give strings only' },
  { raw: { command: 'c', env: [] }, says: '"env" is not an object; write {"NAME": "value"}' },
  {
    raw: { command: 'c', env: { A: {} } },
    says: '"env" has no text under "A"; give a string',
  },
  {
    raw: { command: 'c', disabled: 'yes' },
    says: '"disabled" is not true or false; write true or false',
  },
  { raw: { type: 'http', command: 'c' }, says: 'it has no url; give "url"' },
  { raw: { type: 'stdio', url }, says: 'it has no command; give "command"' },
  {
    raw: { type: 'carrier-pigeon' },
    says: 'type "carrier-pigeon" is not supported; use stdio, http or sse',
  },
])('$raw: $says', ({ raw, says }) => {
  expect(refusal(raw)).toBe(`Cannot use server "s": ${says}`)
})
