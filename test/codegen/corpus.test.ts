/** Every server of the corpus becomes a tree that compiles strictly, with nothing lost and nothing vague. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import type { Catalog, Tool } from '../../src/catalog/index.ts'
import {
  describe as signature,
  generate,
  nameTools,
  parseTreeMeta,
} from '../../src/codegen/index.ts'
import { runtimeFiles } from '../../src/runtime/index.ts'
import { measureViews, summarizeViews } from '../../src/tokens/index.ts'
import { hasCorpus, readCorpus, toCatalog } from './corpus.ts'
import { foreignSyntax } from './syntax.ts'
import { typeErrors } from './type-check.ts'

const options = {
  generator: { name: 'mcp-execution', version: '0.0.0' },
  generatedAt: '2026-01-01T00:00:00.000Z',
  configFingerprint: 'f',
  mode: 'sandbox',
} as const

describe.skipIf(!hasCorpus)('the corpus', () => {
  const catalogs = hasCorpus ? readCorpus().map(listed => toCatalog(listed)) : []
  const extras = runtimeFiles()
  const out = mkdtempSync(join(tmpdir(), 'corpus-'))
  afterAll(() => {
    rmSync(out, { recursive: true, force: true })
  })

  test('every tree type-checks: strict, exact, no install', { timeout: 300_000 }, () => {
    for (const catalog of catalogs) {
      for (const { path, text } of generate(catalog, { ...options, extras })) {
        const file = join(out, catalog.server.id, path)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      }
    }
    expect(typeErrors(out)).toEqual([])
  })

  test.each(catalogs.map(catalog => ({ id: catalog.server.id, catalog })))(
    '$id: no tool lost, no wire name changed, no key renamed',
    { timeout: 120_000 },
    ({ catalog }) => {
      const files = generate(catalog, { ...options, extras: [] })
      const meta = parseTreeMeta(files.find(({ path }) => path === '_meta.json')?.text ?? '')
      expect(meta.tools.map(({ name }) => name)).toEqual(catalog.tools.map(({ name }) => name))
      const paths = new Set(files.map(({ path }) => path.toLowerCase()))
      expect(paths.size).toBe(files.length)
      for (const named of nameTools(catalog)) {
        const text = files.find(({ path }) => path === named.file)?.text ?? ''
        expect(foreignSyntax(text)).toEqual([])
        expect(lostKeys(named.tool, text)).toEqual([])
      }
    },
  )

  test('at most 2 % of what says something is unknown, and nothing is any', () => {
    let vague = 0
    let telling = 0
    for (const catalog of catalogs) {
      for (const named of nameTools(catalog)) {
        const [text = ''] = signature(
          { ...named, tool: undocumented(named.tool) },
          { docs: false },
        ).split(' // ')
        const types = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
        expect(types).not.toMatch(/\bany\b/)
        // An object that says nothing of its other keys, and one that says nothing at all, are what the schema says.
        const said = types.replaceAll(/Record<string, unknown>|\[key: string\]: unknown/g, '')
        vague += said.match(/\bunknown\b/g)?.length ?? 0
        telling += tellingNodes(named.tool.inputSchema) + tellingNodes(named.tool.outputSchema)
      }
    }
    expect(telling).toBeGreaterThan(20_000)
    expect(vague / telling).toBeLessThan(0.02)
  })

  test('the same bytes every time, in whatever order the server lists its tools', () => {
    for (const catalog of catalogs) {
      const shuffled: Catalog = { ...catalog, tools: catalog.tools.toReversed() }
      const text = JSON.stringify(generate(catalog, { ...options, extras: [] }))
      expect(JSON.stringify(generate(shuffled, { ...options, extras: [] }))).toBe(text)
    }
  })

  test('each view earns its tokens', { timeout: 120_000 }, async () => {
    const tools = (await Promise.all(catalogs.map(catalog => measureViews(catalog)))).flat()
    const ratios = Object.fromEntries(
      summarizeViews(tools).views.map(({ view, ratio, medianRatio }) => [
        view,
        [medianRatio, ratio],
      ]),
    )
    const goals = {
      file: [0.95, 0.82],
      describe: [0.76, 0.74],
      compact: [0.35, 0.25],
      index: [0.15, 0.08],
    }
    const missed = Object.entries(goals).filter(([view, [median = 0, sum = 0]]) => {
      const [ownMedian = 9, ownSum = 9] = ratios[view] ?? []
      return ownMedian > median || ownSum > sum
    })
    expect(missed).toEqual([])
  })
})

function undocumented(tool: Tool): Tool {
  const { description: _description, title: _title, ...rest } = tool
  return rest
}

/** Top-level keys of the parameters that the file does not spell. */
function lostKeys({ inputSchema }: Tool, text: string): string[] {
  const properties = typeof inputSchema === 'object' ? inputSchema['properties'] : undefined
  if (typeof properties !== 'object' || properties === null) return []
  return Object.keys(properties).filter(key => {
    const spelled = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
    return !text.includes(`${spelled}?: `) && !text.includes(`${spelled}: `)
  })
}

/** Schemas inside `schema` that say something about a value. */
function tellingNodes(schema: unknown): number {
  const telling = [
    'type',
    'enum',
    'const',
    '$ref',
    'anyOf',
    'oneOf',
    'allOf',
    'properties',
    'items',
  ]
  const stack = [schema]
  let count = 0
  for (let node = stack.pop(); node !== undefined || stack.length > 0; node = stack.pop()) {
    if (typeof node !== 'object' || node === null) continue
    if (!Array.isArray(node) && telling.some(keyword => Object.hasOwn(node, keyword))) count++
    stack.push(...Object.values(node))
  }
  return count
}
