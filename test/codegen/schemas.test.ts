/**
 * For each construct a schema, values it accepts and values it rejects: both are compiled against the generated type, and
 * both are first put to a validator, so that a fixture cannot be wrong about JSON Schema.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Validator } from '@cfworker/json-schema'
import { afterAll, describe, expect, test } from 'vitest'

import { compileSchema } from '../../src/codegen/index.ts'
import { typeErrors } from './type-check.ts'

interface Fixture {
  readonly schema: boolean | Record<string, unknown>
  readonly accepts: readonly unknown[]
  readonly rejects: readonly unknown[]
  /** Rejected by the schema, accepted by the type: TypeScript cannot say it. */
  readonly unsaid?: readonly unknown[]
  /** Accepted by the schema, refused by the type: on purpose. */
  readonly refused?: readonly unknown[]
  /** The exact type, where it matters. */
  readonly type?: string
  /** The exact note for the comment beside the type. */
  readonly says?: string
  /** Why type and schema differ, or why a validator cannot be asked. */
  readonly note?: string
}

interface Case extends Fixture {
  readonly name: string
  readonly id: string
}

const folder = fileURLToPath(new URL('schemas', import.meta.url))
const cases: Case[] = readdirSync(folder)
  .toSorted()
  .flatMap(file => {
    const group = file.replace('.json', '')
    const fixtures = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Fixture>
    return Object.entries(fixtures).map(([name, fixture], index) => ({
      ...fixture,
      name: `${group}: ${name}`,
      id: `${group.replace('-', '')}${index}`,
    }))
  })

const out = mkdtempSync(join(tmpdir(), 'schemas-'))
afterAll(() => {
  rmSync(out, { recursive: true, force: true })
})

test('there is a fixture for every construct', () => {
  expect(cases.length).toBeGreaterThanOrEqual(160)
})

describe('every fixture says the truth about its schema', () => {
  const invalid = new Set([
    'references: dynamic',
    'inferred',
    'enums: empty',
    'unions: empty',
    'intersections: allOf empty',
  ])
  const checked = cases.filter(({ name }) => ![...invalid].some(start => name.startsWith(start)))
  test.each(checked.filter(({ name }) => !name.includes('draft-07')))('$name', fixture => {
    const validator = new Validator(fixture.schema, '2020-12', false)
    const verdicts = (values: readonly unknown[] = []): boolean[] =>
      values.map(value => validator.validate(value).valid)
    expect(verdicts([...fixture.accepts, ...(fixture.refused ?? [])])).not.toContain(false)
    expect(verdicts([...fixture.rejects, ...(fixture.unsaid ?? [])])).not.toContain(true)
  })
})

test.each(cases.filter(({ says }) => says !== undefined))('$name: says so', ({ schema, says }) => {
  expect(compileSchema(schema, { docs: true }).note).toBe(says)
  expect(compileSchema(schema, { docs: false }).note).toBe('')
})

describe('types hold what schemas say', () => {
  for (const { id, schema, accepts, rejects, unsaid = [], refused = [] } of cases) {
    for (const docs of [true, false]) {
      const { text, types } = compileSchema(schema, { docs, rootName: 'Root' })
      const lines = types.map(type => `type ${type.name} = ${type.text}`)
      lines.push(`type Type = ${text}`)
      for (const value of [...accepts, ...unsaid]) {
        lines.push(`{ const value: Type = ${literal(value)} }`)
      }
      for (const value of [...rejects, ...refused]) {
        lines.push(`// @ts-expect-error`, `{ const value: Type = ${literal(value)} }`)
      }
      writeFileSync(join(out, `${id}${docs ? 'Docs' : ''}.ts`), `${lines.join('\n')}\nexport {}\n`)
    }
  }
  const errors = typeErrors(out)

  test.each(cases)('$name', ({ id }) => {
    const own = errors.filter(
      line => line.startsWith(`${id}.ts`) || line.startsWith(`${id}Docs.ts`),
    )
    expect(own.join('\n')).toBe('')
  })

  test('no fixture has an error that belongs to none', () => {
    expect(errors.filter(line => !cases.some(({ id }) => line.startsWith(id)))).toEqual([])
  })
})

test.each(cases.filter(({ type }) => type !== undefined))('$name is exactly $type', fixture => {
  const { text, types } = compileSchema(fixture.schema, { docs: false })
  expect(types.find(({ name }) => name === text)?.text ?? text).toBe(fixture.type)
})

test('nothing is any', () => {
  const all = cases.map(({ schema }) => JSON.stringify(compileSchema(schema, { docs: true })))
  expect(all.filter(text => /\bany\b(?!thing)/.test(text))).toEqual([])
})

/** One line; a key named `__proto__` is a key. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('"__proto__":', '["__proto__"]:')
}
