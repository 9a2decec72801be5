import {
  array,
  assert,
  boolean,
  constantFrom,
  dictionary,
  oneof,
  option,
  property,
  record,
  string,
} from 'fast-check'
import { describe, expect, test } from 'vitest'

import { normalise, type Reading } from './normalise.ts'
import { asEntry } from './registered.ts'
import { showTemplate } from './template.ts'

const reading: Reading = { dialect: 'shell', timeoutUnit: 'ms', timeoutMeans: 'callTimeoutSecs' }

function transportOf(raw: unknown, changes: Partial<Reading> = {}): unknown {
  return normalise({ name: 's', raw, reading: { ...reading, ...changes } }).definition.transport
}

function warningsOf(raw: unknown): readonly string[] {
  return normalise({ name: 's', raw, reading }).warnings
}

describe('what kind of server', () => {
  const url = 'https://x.example/'

  test.each([
    ...['stdio', 'local', 'STDIO'].map(type => ({ raw: { type, command: 'c' }, is: 'stdio' })),
    ...['http', 'remote', 'streamable-http', 'streamableHttp', 'streamable_http'].map(type => ({
      raw: { type, url },
      is: 'http',
    })),
    { raw: { transport: 'sse', url }, is: 'sse' },
    { raw: { command: 'c' }, is: 'stdio' },
    { raw: { command: 'c', url }, is: 'stdio' },
    ...['url', 'httpUrl', 'serverUrl', 'server_url', 'uri', 'baseUrl'].map(key => ({
      raw: { [key]: url },
      is: 'http',
    })),
  ])('$raw is $is', ({ raw, is }) => {
    expect(transportOf(raw)).toMatchObject({ type: is })
  })

  test('a bare url is SSE where the client says so', () => {
    expect(transportOf({ url }, { bareUrl: 'sse' })).toMatchObject({ type: 'sse' })
    expect(transportOf({ httpUrl: url }, { bareUrl: 'sse' })).toMatchObject({ type: 'http' })
  })
})

function run(raw: unknown, files: readonly string[] = []): unknown {
  const isFile = (path: string): boolean => files.includes(path)
  const { transport } = normalise({ name: 's', raw, reading, isFile }).definition
  return transport.type === 'stdio' && [transport.command, ...transport.args].map(showTemplate)
}

describe('a command with spaces', () => {
  test.each([
    { command: 'npx -y pkg', words: ['npx', '-y', 'pkg'] },
    { command: `node "a b.js" 'c d' e\\ f`, words: ['node', 'a b.js', 'c d', 'e f'] },
    { command: 'node "a', words: ['node "a'] },
    { command: '/opt/My App/run', words: ['/opt/My App/run'] },
    { command: '/bin/node x.js', files: ['/bin/node'], words: ['/bin/node', 'x.js'] },
    {
      command: '/bin/node x.js',
      files: ['/bin/node', '/bin/node x.js'],
      words: ['/bin/node x.js'],
    },
    { command: 'echo $(id) `id` | cat', words: ['echo', '$(id)', '`id`', '|', 'cat'] },
  ])('$command', ({ command, files, words }) => {
    expect(run({ command }, files)).toEqual(words)
  })

  test('is left whole where arguments are given', () => {
    expect(run({ command: 'npx -y', args: ['x'] })).toEqual(['npx -y', 'x'])
  })
})

test.each([
  { raw: { command: 'c', comand: 1 }, warning: 'unknown key "comand" (did you mean "command"?)' },
  { raw: { command: 'c', zzz: 1 }, warning: 'unknown key "zzz"' },
  { raw: { command: 'c', args: ['x '] }, warning: '"args[0]" begins or ends with white space' },
  {
    raw: { command: 'c', args: ['${A'] },
    warning: '"args[0]" holds "${" without "}"; it is kept as it is',
  },
  {
    raw: { command: 'c', args: ['${A:-${B}}'] },
    warning: '"args[0]" nests variables, which no client expands',
  },
  {
    raw: { command: 'c', url: 'https://x' },
    warning: 'both "command" and "url" are given; the command is used',
  },
])('$raw warns: $warning', ({ raw, warning }) => {
  expect(warningsOf(raw)).toEqual([warning])
})

test.each(['trust', 'alwaysAllow', 'autoApprove', 'approval_mode'])('%s is ignored', key => {
  const raw = { command: 'c', [key]: true }
  expect(normalise({ name: 's', raw, reading })).toEqual(
    normalise({ name: 's', raw: { command: 'c' }, reading }),
  )
})

test('what is stored reads back as the same definition, whatever the source', () => {
  const text = oneof(
    string({ maxLength: 30 }),
    constantFrom(
      '${A}',
      '${A:-b}',
      '$A',
      '{env:A}',
      '${input:x}',
      '${env:B}',
      '~/x',
      '${',
      '$${A}',
    ),
  ).filter(value => !value.includes('\0'))
  const name = constantFrom('A', 'B_1', 'constructor', '__proto__', 'PATH')
  const stdio = record(
    {
      command: text.filter(value => value.trim() !== '' && !/\s/.test(value)),
      args: array(text, { maxLength: 4 }),
      env: dictionary(name, text, { maxKeys: 3 }),
      env_vars: array(name, { maxLength: 2 }),
      cwd: text,
      callTimeoutSecs: constantFrom(1, 2.5),
      allowedTools: array(string(), { maxLength: 2 }),
      disabled: boolean(),
    },
    { requiredKeys: ['command'] },
  )
  const visible = text.map(value => value.replaceAll(/[^\t -~]/g, 'x'))
  const http = record(
    {
      url: visible.map(path => `https://x.example/${path}`),
      headers: dictionary(constantFrom('A', 'X-B'), visible),
      type: option(constantFrom('http', 'sse'), { nil: undefined }),
    },
    { requiredKeys: ['url'] },
  )
  const dialect = constantFrom('shell', 'editor', 'gemini', 'opencode', 'literal')
  assert(
    property(oneof(stdio, http), dialect, (raw, spelling) => {
      const first = normalise({ name: 's', raw, reading: { ...reading, dialect: spelling } })
      const stored: unknown = JSON.parse(JSON.stringify(asEntry(first.definition)))
      const again = normalise({ name: 's', raw: stored, reading: { ...reading, dialect: 'own' } })
      expect(again.definition).toEqual(first.definition)
    }),
    { numRuns: 1000 },
  )
})
