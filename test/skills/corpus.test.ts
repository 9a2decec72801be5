/** A skill of every server there is: each validator accepts it, and each example is a call its tool accepts. */
import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import pLimit from 'p-limit'
import { validate } from 'skills-ref'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  catalogSource,
  exampleArguments,
  listSkills,
  readSkill,
  saveSkill,
  serverSkill,
  skillNameFor,
  validateSkill,
} from '../../src/skills/index.ts'
import { hasCorpus, type Listed, readCorpus, toCatalog } from '../codegen/corpus.ts'

const skillCheckBin = fileURLToPath(
  new URL('../../node_modules/skill-check/bin/skill-check.js', import.meta.url),
)
const servers: readonly Listed[] = hasCorpus ? readCorpus() : []
let root = ''
const actedOn = /!`|```+!|\$(?:ARGUMENTS|\{|\d)|(?<![\w.])@[\w./~]/g

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'corpus-skills-')))
  const limit = pLimit(8)
  await Promise.all(servers.map(server => limit(() => save(server))))
}, 120_000)
afterAll(() => rm(root, { recursive: true, force: true }))

test.skipIf(!hasCorpus)('every server gives a skill that ours and skills-ref accept', async () => {
  const skills = await listSkills([root])
  expect(skills.length).toBe(servers.length)
  for (const { dir } of skills) {
    const { errors, warnings } = await validateSkill(await readSkill(dir), { strict: true })
    expect({ skill: basename(dir), errors, warnings }).toEqual({
      skill: basename(dir),
      errors: [],
      warnings: [],
    })
    expect(await validate(dir)).toEqual([])
  }
})

test.skipIf(!hasCorpus)('skill-check finds neither error nor warning', async () => {
  const args = [skillCheckBin, 'check', root, '--no-security-scan', '--format', 'json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  expect(JSON.parse(stdout)).toMatchObject({
    diagnostics: [],
    summary: { skillCount: servers.length },
  })
})

test.skipIf(!hasCorpus)('no page holds what a client would act on', async () => {
  for (const { dir } of await listSkills([root])) {
    const { files } = await readSkill(dir)
    for (const [path, content] of files) {
      if (path === '.metadata.json') continue
      const text = Buffer.from(content).toString()
      const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '')
      const found = [...text.matchAll(actedOn), ...prose.matchAll(/<\/?[a-z]/gi)]
      expect(found.map(([match]) => match)).toEqual([])
    }
  }
})

test.skipIf(!hasCorpus)(
  'every tool has an example',
  () => {
    const missing: string[] = []
    for (const { name, tools } of servers) {
      const without = tools.filter(tool => exampleArguments(schemaOf(tool)) === undefined)
      missing.push(...without.map(tool => `${name} ${String(tool['name'])}`))
    }
    expect(missing).toEqual([])
  },
  120_000,
)

// Compiling a schema takes this validator far longer than checking takes: a sample will do.
test.skipIf(!hasCorpus)(
  'another validator accepts the examples',
  () => {
    const all = servers.flatMap(({ tools }) => tools.map(schemaOf))
    const sample = all.filter((_, index) => index % 25 === 0)
    const refused = sample.filter(schema => !ajvAccepts(schema, exampleArguments(schema)))
    expect(refused).toEqual([])
  },
  120_000,
)

function schemaOf(tool: Listed['tools'][number]): Record<string, unknown> {
  return tool['inputSchema'] as Record<string, unknown>
}

function ajvAccepts(schema: Record<string, unknown>, value: unknown): boolean {
  const { $schema, $id: _id, ...rest } = schema
  const Dialect = String($schema).includes('draft-07') ? Ajv : Ajv2020
  return new Dialect({ strict: false, validateFormats: false, logger: false }).validate(rest, value)
}

async function save(server: Listed): Promise<void> {
  const source = catalogSource(toCatalog(server))
  const skill = serverSkill(source, {
    name: skillNameFor(source.server.id),
    generator: 'mcp-execution 0.0.0',
    generatorVersion: '0.0.0',
    generatedAt: '2026-01-01T00:00:00.000Z',
  })
  await saveSkill(skill, root)
}
