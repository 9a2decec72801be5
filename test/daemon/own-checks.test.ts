/** What a tool file checks by itself, without a daemon: less than the whole schema, and never more. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { type JsonSchema, SchemaValidator } from '../../src/catalog/index.ts'
import { isUnsafeEnvName as isUnsafeToConfig } from '../../src/config/rules.ts'
import { checkArguments } from '../../src/runtime/check-arguments.ts'
import { isUnsafeEnvName } from '../../src/runtime/env-file.ts'
import { ToolError } from '../../src/runtime/index.ts'

function refusal(schema: unknown, args: unknown): string {
  try {
    checkArguments('go', schema, args)
    return ''
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'VALIDATION') throw error
    return error.message
  }
}

const closed = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    tags: { type: 'array', items: { enum: ['a', 'b'] } },
    size: { type: ['integer', 'null'] },
    kind: { const: 'x' },
  },
  required: ['name'],
  additionalProperties: false,
}
const signature =
  'expected: go({ name: string, tags?: "a" | "b"[], size?: integer | null, kind?: "x" })'

test.each([
  { args: { name: 'n', tags: ['a', 'b'], size: null, kind: 'x' }, why: '' },
  { args: {}, why: 'the arguments: "name" is required' },
  { args: { name: 1 }, why: '"/name": expected string, found number' },
  { args: { name: 'n', tags: 'a' }, why: '"/tags": expected array, found string' },
  { args: { name: 'n', tags: ['a', 'c'] }, why: '"/tags/1": expected one of "a", "b"' },
  { args: { name: 'n', size: 1.5 }, why: '"/size": expected integer or null, found number' },
  { args: { name: 'n', kind: 'y' }, why: '"/kind": expected "x"' },
  { args: { name: 'n', other: 1 }, why: '"/other": nothing may stand here' },
])('$args: $why', ({ args, why }) => {
  expect(refusal(closed, args)).toBe(why && `Cannot call tool "go": ${why}; ${signature}`)
})

test.each([
  undefined,
  true,
  {},
  { $ref: '#/$defs/a', type: 'string' },
  { type: 'future' },
  { items: [1] },
])('%j says nothing that is checked', schema => {
  expect(refusal(schema, { any: ['thing'] })).toBe('')
})

test('at most five places are named, and every text of others is one bounded line', () => {
  const args = Object.fromEntries(['1', '2', '3', '4', '5', '6'].map(name => [name, 1]))
  const message = refusal({ additionalProperties: false }, args)
  expect(message.match(/nothing may stand here/g)).toHaveLength(5)
  expect(message).toContain(' and 1 more')
  const hostile = refusal({ required: [`\u001B[2J\n${'x'.repeat(1e5)}`] }, {})
  expect([hostile.length < 1000, hostile.split('\n').length]).toEqual([true, 1])
})

test('a schema nested beyond reason ends', () => {
  let schema: object = { type: 'string' }
  let args: unknown = 1
  for (let depth = 0; depth < 10_000; depth += 1) {
    schema = { properties: { a: schema } }
    args = { a: args }
  }
  expect(refusal(schema, args)).toBe('')
})

const leaf = fc.constantFrom<JsonSchema>(
  { type: 'string' },
  { type: 'integer' },
  { type: ['number', 'null'] },
  { type: 'boolean' },
  { enum: ['a', 1, null] },
  { const: true },
  { $ref: '#', type: 'string' },
  true,
  false,
)
const { schema: schemas } = fc.letrec<{ schema: JsonSchema }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('schema')),
        required: fc.subarray(['a', 'b', 'toString']),
        additionalProperties: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1 }), type: fc.constant('object') }),
  ),
}))

const values = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue()),
)

test('what the whole schema allows is never refused', async () => {
  await using validator = new SchemaValidator()
  await fc.assert(
    fc.asyncProperty(schemas, values, async (schema, args) => {
      if (refusal(schema, args) === '') return
      expect(await validator.validate(schema, args)).not.toEqual({ status: 'valid' })
    }),
    { numRuns: 500 },
  )
})

const names =
  'LD_PRELOAD ld_audit DYLD_x NODE_OPTIONS Node_Path BASH_ENV PYTHONSTARTUP PYTHONPATH PYTHONHOME PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS DOTNET_STARTUP_HOOKS GCONV_PATH PATH NODE_OPTION XLD_PRELOAD TOKEN LD'
test.each(names.split(' '))('%s is as safe to a tool file as to the command line', name => {
  expect(isUnsafeEnvName(name)).toBe(isUnsafeToConfig(name))
})
