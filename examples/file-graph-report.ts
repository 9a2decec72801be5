/** Files on one server become a graph on another, and a report back on the first: two servers, one program. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { published, story } from './story.ts'

const program = `
import { createEntities, createRelations, readGraph } from 'memory'
import { listDirectory, readTextFile, writeFile } from 'files'

const { folder } = input as { folder: string }
const { content: listing } = await listDirectory({ path: folder })
const names = [...listing.matchAll(/\\[FILE\\] (\\S+)\\.md/g)].map(match => match[1] ?? '')
const pages = await Promise.all(
  names.map(async name => {
    const { content } = await readTextFile({ path: folder + '/' + name + '.md' })
    const links = [...content.matchAll(/\\[\\[(\\w+)\\]\\]/g)].map(match => match[1] ?? '')
    return { name, links, words: content.split(/\\s+/).length }
  }),
)
await createEntities({
  entities: pages.map(({ name, words }) => ({ name, entityType: 'page', observations: [words + ' words'] })),
})
await createRelations({
  relations: pages.flatMap(({ name, links }) => links.map(to => ({ from: name, to, relationType: 'links to' }))),
})
const graph = await readGraph()
const popular = names.map(name => ({ name, links: graph.relations.filter(({ to }) => to === name).length }))
popular.sort((a, b) => b.links - a.links || (a.name < b.name ? -1 : 1))
const report = popular.map(({ name, links }) => name + ': ' + links).join('\\n')
await writeFile({ path: folder + '/report.txt', content: report })
export default { pages: graph.entities.length, most: popular[0] }
`

await story('file → graph → report', async ({ folder, run, value, write }) => {
  await run('generate', '--name', 'files', ...published('filesystem', folder))
  const graph = ['--env', `MEMORY_FILE_PATH=${folder}/graph.jsonl`]
  await run('generate', '--name', 'memory', ...graph, ...published('memory'))
  await write('home.md', 'Start at [[guide]] or the [[api]].')
  await write('guide.md', 'First read [[api]].')
  await write('api.md', 'Everything.')
  await write('program.ts', program)

  const found = await value('program.ts', '--input', JSON.stringify({ folder }))
  assert.deepEqual(found, { pages: 3, most: { name: 'api', links: 2 } })
  assert.equal(await readFile(join(folder, 'report.txt'), 'utf8'), 'api: 2\nguide: 1\nhome: 0')
})
