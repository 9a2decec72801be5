/** `npm run bench:skills`: making and checking a skill, for published servers' lists of 14 to 401 tools. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { introspect } from '../src/catalog/index.ts'
import { connect } from '../src/client/index.ts'
import { serverId } from '../src/ids.ts'
import {
  catalogSource,
  readSkill,
  saveSkill,
  serverSkill,
  skillNameFor,
  validateSkill,
} from '../src/skills/index.ts'

const servers: Readonly<Record<string, string>> = {
  everything: '@modelcontextprotocol/server-everything/dist/index.js',
  hostinger: 'hostinger-api-mcp/src/servers/all.js',
}
const root = await mkdtemp(join(tmpdir(), 'bench-skills-'))
for (const [id, entry] of Object.entries(servers)) {
  const path = join(process.cwd(), 'node_modules', entry)
  const target = { type: 'stdio', command: process.execPath, args: [path], env: {} } as const
  const spec = { id: serverId(id), name: id, target, settings: {} }
  await using connection = await connect(spec, { env: { PATH: process.env['PATH'] } })
  const source = catalogSource(await introspect(connection, { id: serverId(id) }))
  const make = (): ReturnType<typeof serverSkill> =>
    serverSkill(source, {
      name: skillNameFor(id),
      generator: 'mcp-execution bench',
      generatorVersion: '0',
      generatedAt: '2026-01-01T00:00:00Z',
    })
  const { dir } = await saveSkill(make(), root)
  const skill = await readSkill(dir)
  const bytes = [...skill.files.values()].reduce((sum, file) => sum + file.length, 0)
  console.log(
    `${id}: ${source.tools.length} tools, ${skill.files.size} files, ${Math.round(bytes / 1024)} KiB`,
  )
  console.log(`  make      ${(await medianOf(10, make)).toFixed(2)} ms`)
  console.log(`  read      ${(await medianOf(50, () => readSkill(dir))).toFixed(2)} ms`)
  console.log(
    `  validate  ${(await medianOf(50, () => validateSkill(skill, { strict: true }))).toFixed(2)} ms`,
  )
}
await rm(root, { recursive: true, force: true })

async function medianOf(rounds: number, work: () => unknown): Promise<number> {
  const found: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now()
    await work()
    found.push(performance.now() - start)
  }
  return found.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
}
