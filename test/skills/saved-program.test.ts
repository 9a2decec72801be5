/** `skill save`: a program kept, imported by others, found, and checked again when a tool it calls changes. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { type Home, newHome } from './command.ts'

/** A server whose one tool takes what `schema.json` beside it says. */
const changingServer = `
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
const inputSchema = JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8'))
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'shop', version: '1' } }),
  'tools/list': () => ({ tools: [{ name: 'price', description: 'The price of a thing', inputSchema }] }),
  'tools/call': ({ arguments: args }) => ({ content: [{ type: 'text', text: JSON.stringify({ price: JSON.stringify(args).length }) }] }),
  ping: () => ({}),
}
createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const answer = answers[method]
  const outcome = answer ? { result: answer(params) } : { error: { code: -32601, message: 'unknown' } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }) + '\\n')
})
`

const priceOf = `/** Prices of things in the shop. */
import { price } from '/mcp-tools/servers/shop/price.ts'

/** All prices, added up. */
export async function total(things: readonly string[]): Promise<number> {
  const found = await Promise.all(things.map(thing => price<{ price: number }>({ thing })))
  return found.reduce((sum, each) => sum + each.price, 0)
}
`

const using = `import { total } from 'skills/price-of'
export default await total(['ab', 'c'])
`

async function shop(
  home: Home,
  properties: Record<string, unknown>,
  required: string[],
): Promise<void> {
  await writeFile(
    join(home.cwd, 'schema.json'),
    JSON.stringify({ type: 'object', properties, required, additionalProperties: false }),
  )
}

async function opened(): Promise<Home> {
  const home = await newHome()
  await shop(home, { thing: { type: 'string' } }, ['thing'])
  await writeFile(join(home.cwd, 'server.mjs'), changingServer)
  await writeFile(join(home.cwd, 'priceOf.ts'), priceOf)
  await writeFile(join(home.cwd, 'using.ts'), using)
  const server = ['--', process.execPath, join(home.cwd, 'server.mjs')]
  expect((await home.json('generate', '--name', 'shop', ...server)).code).toBe(0)
  return home
}

test('a saved program is a module with types, and search finds it', async () => {
  await using home = await opened()
  const saved = await home.json('skill', 'save', 'priceOf.ts')
  expect(saved).toMatchObject({
    code: 0,
    data: {
      name: 'price-of',
      module: '/mcp-tools/skills/price-of.ts',
      exports: ['total'],
      tools: ['shop.price'],
      check: 'passed',
    },
  })
  expect(await home.json('skill', 'test', 'price-of', '--strict')).toMatchObject({
    code: 0,
    data: { valid: true, errors: [], warnings: [] },
  })
  expect((await home.json('execute', 'using.ts')).data['value']).toBe(27)

  const found = await home.json('search', 'prices of things')
  expect(found.data['programs']).toMatchObject([{ name: 'price-of', exports: ['total'] }])

  await writeFile(join(home.cwd, 'using.ts'), using.replace("'c'", '3'))
  const wrong = await home.run('execute', 'using.ts')
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('TS2322')
})

test('a program that does not check, exports nothing or says nothing is not saved', async () => {
  await using home = await opened()
  const refused = async (text: string): Promise<unknown> => {
    await writeFile(join(home.cwd, 'bad.ts'), text)
    const { code, data } = await home.json('skill', 'save', 'bad.ts')
    return [code, data['code']]
  }
  expect(await refused(priceOf.replace('{ thing })', '{ thingy: thing })'))).toEqual([
    2,
    'PROGRAM_INVALID',
  ])
  expect(await refused('/** Says much */\nconst x = 1\n')).toEqual([2, 'INVALID_ARGUMENT'])
  expect(await refused('export const x = 1\n')).toEqual([2, 'INVALID_ARGUMENT'])
  expect((await home.json('skill', 'list')).data).toMatchObject({ total_skills: 0 })
})

test('a tool changes so that the program still fits: it is checked again, once', async () => {
  await using home = await opened()
  await home.json('skill', 'save', 'priceOf.ts')
  const before = await home.json('skill', 'info', 'price-of')
  await shop(home, { thing: { type: 'string' }, shop: { type: 'string' } }, ['thing'])
  expect((await home.json('execute', 'using.ts')).data['value']).toBe(27)
  const after = await home.json('skill', 'info', 'price-of')
  expect(after.data['tools']).not.toEqual(before.data['tools'])
  expect((await home.json('skill', 'test', 'price-of')).code).toBe(0)
})

test('a tool changes so that the program no longer fits: it cannot be imported, and the message says why', async () => {
  await using home = await opened()
  await home.json('skill', 'save', 'priceOf.ts')
  await shop(home, { thing: { type: 'number' } }, ['thing'])
  const { code, data } = await home.json('execute', 'using.ts')
  expect([code, data['code']]).toEqual([2, 'VALIDATION'])
  expect(String(data['error'])).toContain('Cannot import the saved program "price-of"')
  expect(String(data['error'])).toContain("'string' is not assignable to type 'number'")
})

test('a saved program whose file was changed is not mounted', async () => {
  await using home = await opened()
  await home.json('skill', 'save', 'priceOf.ts')
  const file = join(home.home, '.claude/skills/price-of/scripts/price-of.ts')
  await writeFile(file, priceOf.replace('sum + each.price', '42'))
  const { code } = await home.run('execute', 'using.ts')
  expect(code).toBe(2)
  expect((await home.json('skill', 'test', 'price-of')).code).toBe(1)
})
