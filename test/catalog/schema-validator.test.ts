/** Validation of other people's schemas: right where it can be, honest where it cannot, and never in the way. */
import { afterAll, describe, expect, test } from 'vitest'

import { type JsonSchema, SchemaValidator } from '../../src/catalog/index.ts'

const validator = new SchemaValidator()
/** For what is right or wrong however busy the machine is. */
const patient = new SchemaValidator({ deadlineMs: 20_000 })
afterAll(async () => {
  await validator[Symbol.asyncDispose]()
  await patient[Symbol.asyncDispose]()
})

/** How often the event loop came round while `work` ran. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  const watch = setInterval(() => {
    turns += 1
  }, 5)
  await work
  clearInterval(watch)
  return turns
}

describe('a value is valid or not', () => {
  test.each<[string, JsonSchema, unknown, readonly (readonly [path: string, message: string])[]]>([
    ['anything', true, 1, []],
    ['nothing', false, 1, [['', 'nothing may stand here']]],
    ['right type', { type: 'string' }, 'a', []],
    ['wrong type', { type: 'string' }, 1, [['', 'expected string, got number']]],
    ['types', { type: ['string', 'null'] }, 1, [['', 'expected string or null, got number']]],
    [
      'missing',
      { type: 'object', required: ['a', 'b'] },
      { b: 1 },
      [['', 'the required "a" is missing']],
    ],
    [
      'unknown field',
      { type: 'object', properties: { a: true }, additionalProperties: false },
      { a: 1, c: 2 },
      [['/c', 'nothing may stand here']],
    ],
    [
      'deep inside',
      { properties: { a: { items: { properties: { b: { enum: ['x', 'y'] } } } } } },
      { a: [{ b: 'x' }, { b: 'z' }] },
      [['/a/1/b', 'expected one of "x","y"']],
    ],
    [
      'a key with a slash',
      { properties: { 'a/b': { type: 'number' } } },
      { 'a/b': '' },
      [['/a~1b', 'expected number, got string']],
    ],
    [
      'a tuple of draft 7',
      { items: [{ type: 'string' }, { type: 'number' }] },
      ['a', 'b'],
      [['/1', 'expected number, got string']],
    ],
    [
      'a tuple',
      { prefixItems: [{ type: 'string' }], items: false },
      ['a', 1],
      [['/1', 'nothing may stand here']],
    ],
    ['nullable', { type: 'string', nullable: true }, null, []],
    ['nullable enum', { enum: ['a'], nullable: true }, null, []],
    [
      'a local reference',
      { $ref: '#/$defs/n', $defs: { n: { type: 'number' } } },
      'a',
      [['', 'expected number, got string']],
    ],
    [
      'recursion',
      { properties: { next: { $ref: '#' } }, additionalProperties: false },
      { next: { next: { x: 1 } } },
      [['/next/next/x', 'nothing may stand here']],
    ],
    [
      'a simple pattern',
      { type: 'string', pattern: '^[a-z]+$' },
      'A',
      [['', 'String does not match pattern']],
    ],
    [
      'a property named __proto__',
      { properties: { ['__proto__']: { type: 'number' } } },
      JSON.parse('{"__proto__":"a"}'),
      [['/__proto__', 'expected number, got string']],
    ],
  ])('%s', async (...[, schema, value, violations]) => {
    const verdict = await patient.validate(schema, value)
    const expected = violations.map(([path, message]) => ({ path, message }))
    expect(verdict).toEqual(
      expected.length === 0 ? { status: 'valid' } : { status: 'invalid', violations: expected },
    )
  })
})

describe('what makes no sense in a schema is ignored', () => {
  test.each<[string, JsonSchema]>([
    ['an unknown type', { type: 'strnig' }],
    ['required as text', { type: 'object', required: 'abc' }],
    ['a broken pattern', { type: 'string', pattern: '[' }],
    ['properties as list', { properties: [] }],
    ['enum as text', { enum: 'abc' }],
    ['a limit as text', { type: 'object', minProperties: '7' }],
    ['a reference to nowhere', { properties: { a: { $ref: '#/$defs/gone' } } }],
    ['a reference to a file', { $ref: 'file:///etc/passwd' }],
    ['a reference to the network', { $ref: 'http://127.0.0.1:1023/x.json' }],
    ['a base elsewhere', { $id: 'http://127.0.0.1:1023/', $ref: '#' }],
    ['its ids', { $id: ':::', id: 7 }],
  ])('%s', async (_why, schema) => {
    const value = { a: 1 }
    const verdict = await validator.validate(
      schema,
      'type' in Object(schema) && schema !== true && Object(schema).type === 'string' ? 'x' : value,
    )
    expect(verdict.status).not.toBe('invalid')
  })
})

describe('a schema made to hang us', () => {
  const bomb: JsonSchema = {
    $ref: '#/$defs/l30',
    $defs: Object.fromEntries([
      ['l0', { type: 'number' }],
      ...Array.from({ length: 30 }, (_, level) => {
        const below = { $ref: `#/$defs/l${level}` }
        return [`l${level + 1}`, { anyOf: [below, below] }]
      }),
    ]),
  }

  test.each<[string, JsonSchema, unknown]>([
    ['a pattern that backtracks', { type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`],
    [
      'a pattern of many parts',
      { type: 'string', pattern: '^a*a*a*a*a*a*a*a*a*b$' },
      'a'.repeat(5000),
    ],
    [
      'a pattern that looks back',
      { type: 'string', pattern: String.raw`^(a|a)*\1$` },
      `${'a'.repeat(40)}!`,
    ],
    [
      'a pattern for keys',
      { patternProperties: { '^(a+)+$': true } },
      { [`${'a'.repeat(40)}!`]: 1 },
    ],
    ['references that multiply', bomb, 'x'],
  ])('%s is given up at the deadline, the event loop free', async (_why, schema, value) => {
    const validating = validator.validate(schema, value)
    const turns = await turnsDuring(validating)
    expect(await validating).toEqual({ status: 'unchecked', reason: 'it takes more than 250 ms' })
    expect(turns).toBeGreaterThan(1)
  })

  test('by referring to itself is found to say nothing', async () => {
    expect((await validator.validate({ $ref: '#' }, 1)).status).toBe('unchecked')
  })

  test('does not spoil the next answer', async () => {
    await using both = new SchemaValidator({ deadlineMs: 2000 })
    const slow = both.validate({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)
    const quick = both.validate({ $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 1)
    expect((await slow).status).toBe('unchecked')
    expect(await quick).toEqual({ status: 'valid' })
  })
})

test('a large value is evaluated elsewhere', async () => {
  const large = Array.from({ length: 3000 }, (_, n) => n)
  expect(await patient.validate({ items: { type: 'number' } }, large)).toEqual({
    status: 'valid',
  })
  const doubled = [...large, 7]
  expect(await patient.validate({ uniqueItems: true }, doubled)).toEqual({
    status: 'invalid',
    violations: [{ path: '', message: 'Duplicate items at indexes 7 and 3000' }],
  })
})
