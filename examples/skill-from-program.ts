/** A program that worked becomes a skill: a typed module later programs import, a page agents read, a hit for search. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { published, story } from './story.ts'

const notes = `/** Notes: remembers short texts by topic, and finds them again. */
import { createEntities, openNodes } from 'memory'

/** Remembers texts under a topic. */
export async function remember(topic: string, texts: string[]): Promise<number> {
  await createEntities({ entities: [{ name: topic, entityType: 'notes', observations: texts }] })
  return texts.length
}

/** What was remembered under a topic. */
export async function recall(topic: string): Promise<string[]> {
  const { entities } = await openNodes({ names: [topic] })
  return entities.flatMap(entity => entity.observations)
}
`

const later = `
import { recall, remember } from 'skills/notes'
await remember('tea', ['green', 'black'])
export default await recall('tea')
`

interface Found {
  readonly programs: readonly { readonly name: string }[]
}

await story('a skill from a program', async ({ folder, run, json, value, write }) => {
  const graph = ['--env', `MEMORY_FILE_PATH=${folder}/graph.jsonl`]
  await run('generate', '--name', 'memory', ...graph, ...published('memory'))
  await write('notes.ts', notes)
  const saved = await json<Record<'exports' | 'tools', string[]>>('skill', 'save', 'notes.ts')
  assert.deepEqual(saved.exports, ['remember', 'recall'])
  assert.deepEqual(saved.tools, ['memory.create_entities', 'memory.open_nodes'])

  await write('later.ts', later)
  assert.deepEqual(await value('later.ts'), ['green', 'black'])
  const { programs } = await json<Found>('search', 'remember notes by topic')
  assert.equal(programs[0]?.name, 'notes')

  // The same folder is an Agent Skill, valid under the strict rules.
  await run('skill', 'test', 'notes', '--strict')
  const page = await readFile(join(folder, '.claude/skills/notes/SKILL.md'), 'utf8')
  assert.match(page, /export async function recall\(topic: string\): Promise<string\[\]>/)

  // Wrong use of its types stops a program before it runs.
  await write('wrong.ts', later.replace("recall('tea')", 'recall(1)'))
  await assert.rejects(run('execute', 'wrong.ts'), /TS2345/)
})
