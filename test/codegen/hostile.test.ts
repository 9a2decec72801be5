/** Servers that mean harm: what they send ends as a small, safe file, in bounded time. */
import { describe, expect, test } from 'vitest'

import type { JsonSchema, Tool } from '../../src/catalog/index.ts'
import {
  compileSchema,
  describe as signature,
  generate,
  nameTools,
  toolModule,
} from '../../src/codegen/index.ts'
import { toolName } from '../../src/ids.ts'
import { cleanText } from '../../src/text/index.ts'
import { toCatalog } from './corpus.ts'
import { foreignSyntax } from './syntax.ts'

function moduleOf(tool: Partial<Tool>): string {
  const whole: Tool = { name: toolName('t'), inputSchema: true, digest: '', ...tool }
  return nameTools({ tools: [whole] })
    .map(named => toolModule(named))
    .join('')
}

function nested(depth: number, wrap: (inner: unknown) => Record<string, unknown>): JsonSchema {
  let schema: Record<string, unknown> = { type: 'string' }
  for (let level = 0; level < depth; level++) schema = wrap(schema)
  return schema
}

function listOf(inner: unknown): Record<string, unknown> {
  return { type: 'array', items: inner }
}

function wide(count: number): JsonSchema {
  const keys = Array.from({ length: count }, (_value, index) => `p${index}`)
  return {
    type: 'object',
    properties: Object.fromEntries(keys.map(key => [key, { type: 'string' }])),
  }
}

describe('data that JavaScript would ask for its text', () => {
  const value = { toString: null, valueOf: null }
  test.each([
    ['a const in a union', { anyOf: [{ const: value, title: 'Odd' }, { type: 'string' }] }],
    [
      'what tells the members of a union apart',
      {
        oneOf: [{ const: value }, { const: 'b' }].map(kind => ({
          type: 'object',
          properties: { kind },
          required: ['kind'],
          additionalProperties: false,
        })),
      },
    ],
    [
      'the only value of an enum there',
      { oneOf: [{ properties: { kind: { enum: [value] } } }, { properties: { a: {} } }] },
    ],
    ['a default', { type: 'string', default: value, examples: [value] }],
  ])('%s', (_where, inputSchema) => {
    const text = moduleOf({ inputSchema: { type: 'object', properties: { x: inputSchema } } })
    expect(foreignSyntax(text)).toEqual([])
    expect(text).toContain('x?: ')
  })
})

describe('depth', () => {
  test.each([
    ['properties', (inner: unknown) => ({ type: 'object', properties: { a: inner } })],
    ['items', (inner: unknown) => ({ type: 'array', items: inner })],
    ['anyOf', (inner: unknown) => ({ anyOf: [inner, { type: 'null' }] })],
    ['allOf', (inner: unknown) => ({ allOf: [inner] })],
    ['additionalProperties', (inner: unknown) => ({ type: 'object', additionalProperties: inner })],
    ['not', (inner: unknown) => ({ not: inner })],
    ['if', (inner: unknown) => ({ if: inner })],
    ['const', (inner: unknown) => ({ const: inner })],
    ['enum', (inner: unknown) => ({ enum: [inner] })],
    ['default', (inner: unknown) => ({ type: 'string', default: inner })],
  ])('100,000 deep through %s', (_keyword, wrap) => {
    const text = moduleOf({
      inputSchema: { type: 'object', properties: { x: nested(100_000, wrap) } },
    })
    expect(foreignSyntax(text)).toEqual([])
    expect(text.length).toBeLessThan(10_000)
  })

  test('32 levels are spelled out, the 33rd is unknown and says so', () => {
    expect(compileSchema(nested(32, listOf), { docs: true })).toEqual({
      text: `string${'[]'.repeat(32)}`,
      note: '',
      types: [],
    })
    const deeper = compileSchema(nested(33, listOf), { docs: true })
    expect(deeper.text).toBe(`unknown${'[]'.repeat(33)}`)
    expect(deeper.note).toBe('schema cut at 5000 nodes and depth 32: rest unknown')
  })
})

describe('size', () => {
  test('4,999 properties are spelled out, the 5,000th is unknown and the file says so', () => {
    const exact = compileSchema(wide(4999), { docs: false })
    expect(exact.text).not.toContain('unknown')
    const over = compileSchema(wide(5000), { docs: true })
    expect(over.text.match(/: unknown/g)).toHaveLength(1)
    expect(over.note).toContain('schema cut')
    expect(moduleOf({ inputSchema: wide(5000) })).toContain('schema cut at 5000 nodes')
  })

  test('2^40 branches through shared definitions are 40 types', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_value, index) => [
        `d${index}`,
        {
          type: 'object',
          properties: {
            a: { $ref: `#/$defs/d${index + 1}` },
            b: { $ref: `#/$defs/d${index + 1}` },
          },
        },
      ]),
    )
    const { types } = compileSchema(
      { $ref: '#/$defs/d0', $defs: { ...$defs, d40: { type: 'string' } } },
      { docs: true },
    )
    expect(types.length).toBeLessThanOrEqual(40)
  })

  test('a chain of 10,000 references ends', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 10_000 }, (_value, index) => [
        `d${index}`,
        { $ref: `#/$defs/d${index + 1}` },
      ]),
    )
    expect(compileSchema({ $ref: '#/$defs/d0', $defs }, { docs: true }).text).toBe('unknown')
  })

  test('an enum of 100,000 values and a description of a megabyte are one file', () => {
    const values = Array.from({ length: 100_000 }, (_value, index) => `v${index}`)
    const text = moduleOf({
      description: 'x'.repeat(1_000_000),
      inputSchema: { type: 'object', properties: { v: { enum: values } } },
    })
    expect(foreignSyntax(text)).toEqual([])
  })
})

describe('names', () => {
  const names = [
    '../../x',
    '/etc/x',
    'C:\\x',
    'a/b',
    '.',
    '..',
    'con',
    'nul.ts',
    'x.',
    'x'.repeat(256),
    ' ',
    '__proto__',
    'constructor',
    'toString',
    'then',
    'default',
    'await',
    'class',
    'index',
    '_tools',
    '_meta',
    '_runtime',
    'package',
    'tsconfig',
    '\u202Eevil',
    '\u200B',
    '🎉',
    '\uFEFF',
    'a\nb',
    'Tool',
    'Promise',
    'Record',
    'undefined',
    'NaN',
    'globalThis',
    'arguments',
    'eval',
  ]
  const files = generate(
    toCatalog({ name: 'evil', tools: names.map(name => ({ name, inputSchema: {} })) }),
    {
      generator: { name: 'm', version: '0' },
      generatedAt: '',
      configFingerprint: '',
      mode: 'sandbox',
      extras: [],
    },
  )

  test('every one is a file of its own, directly in the tree, and keeps its wire name', () => {
    const tools = files.filter(({ executable }) => executable === true)
    expect(tools).toHaveLength(names.length)
    const odd = tools.filter(({ path }) => !/^[\p{L}_][\p{L}\p{N}_]*\.ts$/u.test(path))
    expect(odd).toEqual([])
    expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(files.length)
    const meta = JSON.parse(files.find(({ path }) => path === '_meta.json')?.text ?? '') as {
      tools: { name: string }[]
    }
    expect(meta.tools.map(({ name }) => name)).toEqual(names.toSorted())
  })

  test('no file holds a character that hides or reorders', () => {
    const code = files.filter(({ path }) => path.endsWith('.ts'))
    expect(code.filter(({ text }) => cleanText(text) !== text).map(({ path }) => path)).toEqual([])
  })
})

test('keywords of other tools inject nothing', () => {
  const inputSchema = {
    type: 'object',
    properties: {
      m: { tsType: 'any; } export const pwn = 1; //', tsEnumNames: ['x'], type: 'string' },
    },
  }
  expect(moduleOf({ inputSchema })).toContain('tool<{ m?: string }>(import.meta)')
})

test('orders to compilers, bundlers and debuggers are text', () => {
  const description =
    '@ts-nocheck\n// @ts-ignore\n/// <reference path="x" />\n//# sourceMappingURL=data:,x\n/** @jsx h */ */ import "x"'
  const text = moduleOf({
    description,
    inputSchema: { type: 'object', properties: { a: { type: 'string', description } } },
  })
  expect(foreignSyntax(text)).toEqual([])
  expect(text).not.toMatch(/@ts-(?:nocheck|ignore)|sourceMappingURL=\S/)
})

test('a server cannot write lines into another tool of an index or a signature', () => {
  const name = toolName('a')
  const [named] = nameTools({
    tools: [
      { name, title: 'x\ny', description: 'One\u2028two\r\nthree', inputSchema: {}, digest: '' },
    ],
  })
  expect(named && signature(named, { docs: false })).toBe(
    'a(params?: Record<string, unknown>) // One two three',
  )
})
