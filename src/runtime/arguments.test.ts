import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { readArguments } from './arguments.ts'

const schema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    issue_number: { type: 'integer' },
    dryRun: { type: 'boolean' },
    labels: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'number' } },
    options: { type: 'object', properties: { depth: { type: 'integer' } } },
    either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    level: { enum: [1, 2] },
    'a.b': { type: 'string' },
    __proto__x: {},
  },
}
const read = (...argv: string[]): Promise<unknown> =>
  readArguments({ argv, schema: () => schema, stdin: async () => '{"title":"piped"}' })

test.each([
  { argv: [], args: {} },
  { argv: ['{"title":"x"}'], args: { title: 'x' } },
  { argv: ['-'], args: { title: 'piped' } },
  { argv: ['--title', '123'], args: { title: '123' } },
  { argv: ['--title=--odd'], args: { title: '--odd' } },
  { argv: ['--issue-number', '-5'], args: { issue_number: -5 } },
  { argv: ['issue_number=7', 'title=a=b'], args: { issue_number: 7, title: 'a=b' } },
  { argv: ['--dry-run', '--title', 'x'], args: { dryRun: true, title: 'x' } },
  { argv: ['--no-dry-run'], args: { dryRun: false } },
  { argv: ['--dryRun', 'false'], args: { dryRun: false } },
  { argv: ['--labels', 'a', '--labels', 'b'], args: { labels: ['a', 'b'] } },
  { argv: ['--sizes', '[1,2]', '--sizes', '3'], args: { sizes: [1, 2, 3] } },
  { argv: ['--options.depth', '2'], args: { options: { depth: 2 } } },
  { argv: ['--options', '{"depth":3}'], args: { options: { depth: 3 } } },
  { argv: ['--either', 'null'], args: { either: null } },
  { argv: ['--level', '2'], args: { level: 2 } },
  { argv: ['--a.b', 'x'], args: { 'a.b': 'x' } },
  { argv: ['--unknown', '12345678901234567890'], args: { unknown: '12345678901234567890' } },
  { argv: ['{"title":"x","level":1}', '--title', 'y'], args: { title: 'y', level: 1 } },
])('$argv', async ({ argv, args }) => {
  expect(await read(...argv)).toEqual(args)
})

test('@file is read as JSON, byte order mark and all', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'arguments-')), 'a b.json')
  writeFileSync(file, '\uFEFF{"title":"filed"}')
  expect(await read(`@${file}`)).toEqual({ title: 'filed' })
})

test.each([
  { argv: ['{"title":'] },
  { argv: ['[1]'] },
  { argv: ['word'] },
  { argv: ['--issue-number', 'seven'] },
  { argv: ['--title'] },
  { argv: ['@/nowhere/at/all.json'] },
])('$argv is refused', async ({ argv }) => {
  await expect(read(...argv)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test('a property named __proto__ becomes an own member', async () => {
  const args = await read('{"__proto__":{"polluted":1}}', '--__proto__', '{"polluted":2}')
  expect(Object.getPrototypeOf(args)).toBe(Object.prototype)
  expect(JSON.stringify(args)).toBe('{"__proto__":{"polluted":2}}')
})

test('says why a file of arguments cannot be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'arguments-'))
  await expect(read(`@${join(folder, 'absent')}`)).rejects.toThrow(
    /: there is no such file; give a path after "@"$/,
  )
  await expect(read(`@${folder}`)).rejects.toThrow(
    /: it is a folder; give a file that holds a JSON object$/,
  )
  await expect(read('[1]')).rejects.toThrow(/: it is no JSON object; give \{"name": value, …\}$/)
})
