/** A server that misbehaves in what it lists. `listing.mjs <mode> [count]`; every tool named `ok` works. */
import { chosen, initialized, plainTool, send, serve, silent, textResult } from './raw/stdio.ts'
import type { Answer } from './raw/stdio.ts'

const count = Number(process.argv[3] ?? 1000)
const ok = plainTool('ok')

function all(...tools: readonly unknown[]): Answer {
  return () => ({ tools })
}

function numbered(total: number): readonly unknown[] {
  return Array.from({ length: total }, (_, index) => plainTool(`tool_${index}`))
}

function nested(depth: number): unknown {
  let schema: unknown = { type: 'string' }
  for (let level = 0; level < depth; level += 1) {
    schema = { type: 'object', properties: { a: schema } }
  }
  return schema
}

/** JSON.stringify would overflow on it: printed by hand. */
function sendDeepSchema(id: unknown, depth: number): typeof silent {
  const open = '{"type":"object","properties":{"a":'.repeat(depth)
  const schema = `${open}{"type":"string"}${'}}'.repeat(depth)}`
  const tool = `{"name":"deep","inputSchema":${schema}}`
  const result = `{"tools":[${tool},${JSON.stringify(ok)}]}`
  process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}\n`)
  return silent
}

const breakers =
  '*/ */ */ ${process.exit(1)} `rm -rf` </script> <!-- \' " \\ \r\n \u2028 \u2029 \u001B[2J'

const oddNames = [
  '../../x',
  '/etc/passwd',
  String.raw`C:\x`,
  'a/b',
  '.',
  '..',
  'con',
  'nul.ts',
  'x.',
  'index',
  'package.json',
  'tool with spaces',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'then',
  'default',
  'await',
  'class',
  '1st',
  'getUser',
  'getuser',
  'get-user',
  'get_user',
  '\u202Eevil',
  'zero\u200Bwidth',
  'e\u0301',
  '\u00E9',
  'раypal',
  '🙂',
  '日本',
  'new\nline',
  '*/ alert(1) /*',
  '${1}',
  '`tick`',
  '"quote"',
  '',
  'n'.repeat(256),
  'n'.repeat(257),
]

const badTools: readonly unknown[] = [
  null,
  'a string',
  42,
  [],
  {},
  { name: 7, inputSchema: { type: 'object' } },
  { name: 'schema-is-text', inputSchema: 'nope' },
  { name: 'schema-is-list', inputSchema: [] },
  { name: 'output-is-text', inputSchema: { type: 'object' }, outputSchema: 'nope' },
]

const modes: Readonly<Record<string, Answer>> = {
  good: all(ok, plainTool('second')),
  'endless-cursor': ({ params }) => ({
    tools: [],
    nextCursor: String(Number(params?.['cursor'] ?? 0) + 1),
  }),
  'endless-tools': ({ params }) => {
    const page = Number(params?.['cursor'] ?? 0)
    return { tools: [plainTool(`tool_${page}`)], nextCursor: String(page + 1) }
  },
  'repeating-cursor': () => ({ tools: [plainTool('again')], nextCursor: 'same' }),
  'number-cursor': () => ({ tools: [ok], nextCursor: 7 }),
  'null-cursor': () => ({ tools: [ok], nextCursor: null }),
  'slow-pages': ({ params }) =>
    new Promise(resolve => {
      const page = Number(params?.['cursor'] ?? 0)
      setTimeout(() => resolve({ tools: [], nextCursor: String(page + 1) }), 100)
    }),
  'never-lists': () => silent,
  'no-list': () => ({ nothing: true }),
  many: () => ({ tools: numbered(count) }),
  paged: ({ params }) => {
    const from = Number(params?.['cursor'] ?? 0)
    const tools = numbered(count).slice(from, from + 100)
    return from + 100 < count ? { tools, nextCursor: String(from + 100) } : { tools }
  },
  'big-description': all(plainTool('big', { description: 'é'.repeat(512 * 1024) }), ok),
  'big-schema': all(
    plainTool('big', { inputSchema: { type: 'object', description: 'x'.repeat(count) } }),
    ok,
  ),
  'odd-names': all(...oddNames.map(name => plainTool(name))),
  breakers: all(
    plainTool('breakers', {
      title: breakers,
      description: breakers,
      inputSchema: {
        type: 'object',
        title: breakers,
        description: breakers,
        required: [breakers],
        properties: {
          [breakers]: { type: 'string', description: breakers, default: breakers },
          ['__proto__']: { type: 'number', description: breakers },
          'a"; export const pwn = 1; //': { enum: [breakers, '*/', '`${1}`'] },
        },
      },
    }),
    ok,
  ),
  'deep-schema': ({ id }) => sendDeepSchema(id, 10_000),
  'deeper-schema': ({ id }) => sendDeepSchema(id, 100_000),
  'nested-schema': all(plainTool('nested', { inputSchema: nested(count) }), ok),
  'cyclic-ref': all(
    plainTool('self', { inputSchema: { type: 'object', properties: { me: { $ref: '#' } } } }),
    plainTool('mutual', {
      inputSchema: {
        type: 'object',
        properties: { a: { $ref: '#/$defs/a' }, gone: { $ref: '#/$defs/missing' } },
        $defs: {
          a: { type: 'object', properties: { b: { $ref: '#/$defs/b' } } },
          b: { type: 'object', properties: { a: { $ref: '#/$defs/a' } } },
          loop: { $ref: '#/$defs/loop' },
        },
      },
    }),
    plainTool('abroad', {
      inputSchema: {
        type: 'object',
        properties: {
          file: { $ref: 'file:///etc/passwd' },
          net: { $ref: 'http://127.0.0.1:9/schema.json' },
        },
      },
    }),
    ok,
  ),
  'bad-tools': all(...badTools, ok),
  'one-bad-tool': all(plainTool('first'), { name: 'bad', inputSchema: 'nope' }, ok),
  duplicates: all(plainTool('twin', { description: 'the first' }), plainTool('twin'), ok),
  shuffled: all(
    ...numbered(20).toSorted(() => (Number(process.hrtime.bigint() % 2n) === 0 ? 1 : -1)),
  ),
  'crash-mid-list': ({ id, params }) => {
    if (params?.['cursor'] === undefined) return { tools: [ok], nextCursor: 'more' }
    process.stderr.write('fatal: list index out of range\n')
    process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":[`)
    return process.exit(7)
  },
  'list-error': () => {
    throw new Error('the list is on fire')
  },
  'unknown-keys': all(
    plainTool('extra', { 'x-vendor': { deep: [1] }, _meta: { a: 1 }, icons: [{ src: 'i.png' }] }),
  ),
}

const list = chosen(modes)
serve({
  initialize: initialized('listing'),
  'tools/list': list,
  'tools/call': ({ params }) => textResult(`called ${String(params?.['name'])}`),
  ping: () => ({}),
  'test/changed': () => {
    send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
    return {}
  },
})
