/** What must hold for every schema there can be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Tool } from '../../src/catalog/index.ts'
import { compileSchema, describe, nameTools, toolModule } from '../../src/codegen/index.ts'
import { toolName } from '../../src/ids.ts'
import { cleanText } from '../../src/text/index.ts'
import { anySchema, sample } from './arbitrary-schema.ts'
import { foreignSyntax } from './syntax.ts'
import { typeErrors } from './type-check.ts'

const wireName = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })

function named(tool: Partial<Tool>): ReturnType<typeof nameTools>[number] {
  const whole: Tool = { name: toolName('t'), inputSchema: true, digest: '', ...tool }
  const [only] = nameTools({ tools: [whole] })
  if (!only) throw new Error('one tool has one name')
  return only
}

test('any schema and any text give a file of nothing but types and one call, the same every time', () => {
  fc.assert(
    fc.property(
      fc.record({
        name: wireName,
        description: fc.string({ unit: 'binary' }),
        inputSchema: anySchema,
        outputSchema: fc.option(anySchema, { nil: undefined }),
      }),
      ({ name, description, inputSchema, outputSchema }) => {
        const tool = named({
          name: toolName(name),
          description,
          inputSchema,
          ...(outputSchema !== undefined && { outputSchema }),
        })
        const text = toolModule(tool)
        expect(foreignSyntax(text)).toEqual([])
        expect(toolModule(structuredClone(tool))).toBe(text)
        expect(cleanText(text)).toBe(text)
        expect(describe(tool, { docs: false })).not.toMatch(/[\n\r](?!type |\S+\()/)
      },
    ),
    { numRuns: 1000 },
  )
})

test('hostile text never leaves its comment or its quotes', () => {
  const parts = [
    '*/',
    '/*',
    '//',
    '\n',
    '\r',
    '\u2028',
    '`',
    '${',
    '}',
    '"',
    "'",
    '\\',
    '@ts-ignore',
    '<!--',
    'x',
  ]
  const hostile = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map(list => list.join(''))
  fc.assert(
    fc.property(fc.tuple(hostile, hostile, hostile, hostile), ([description, key, value, wire]) => {
      const inputSchema = {
        type: 'object',
        description,
        properties: {
          [key]: { enum: [value, description], description: value, default: value, pattern: value },
          b: {
            anyOf: [
              { type: 'object', description, properties: { [value]: { title: key } } },
              { const: key, description },
            ],
          },
        },
      }
      const text = toolModule(named({ name: toolName(`t${wire}`), description, inputSchema }))
      expect(foreignSyntax(text)).toEqual([])
      expect(text).not.toMatch(/(?:^|\s)\/\/\/?\s*@ts-|^\s*\*?\s*@ts-/m)
    }),
    { numRuns: 1000 },
  )
})

test('what a schema accepts is assignable to its type', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'))
  try {
    fc.sample(sample, { numRuns: 400, seed: 7 }).forEach(({ schema, value }, index) => {
      const { text, types } = compileSchema(schema, { docs: index % 2 === 0 })
      const lines = types.map(type => `type ${type.name} = ${type.text}`)
      const literal = JSON.stringify(value).replaceAll('"__proto__":', '["__proto__"]:')
      lines.push(`type Type = ${text}`, `export const value: Type = ${literal}`)
      writeFileSync(join(folder, `sample${index}.ts`), `${lines.join('\n')}\n`)
    })
    expect(typeErrors(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
