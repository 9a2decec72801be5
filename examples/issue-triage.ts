/** One program reads every issue, labels the bugs and answers them; only a summary comes back to the model. */
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'

import { story } from './story.ts'

const server = fileURLToPath(new URL('tracker-server.mjs', import.meta.url))

const triage = `
import { addLabel, comment, listIssues } from 'tracker'

const { issues } = await listIssues()
const bugs = issues.filter(issue => /crash|error/i.test(issue.title))
await Promise.all(
  bugs.map(async ({ number }) => {
    await addLabel({ number, label: 'bug' })
    await comment({ number, body: 'Thank you. Which version is it?' })
  }),
)
export default { seen: issues.length, bugs: bugs.map(({ number }) => number) }
`

await story('issue triage', async ({ run, json, value, write }) => {
  await run('generate', '--name', 'tracker', '--', process.execPath, server)
  await write('triage.ts', triage)
  assert.deepEqual(await value('triage.ts'), { seen: 5, bugs: [1, 3, 5] })

  // The server stayed up between the two processes, and remembers.
  const { issues } = await json<{ issues: { labels: string[] }[] }>('call', 'tracker.list_issues')
  assert.deepEqual(
    issues.map(({ labels }) => labels),
    [['bug'], [], ['bug'], [], ['bug']],
  )

  // A wrong field is told before anything is called.
  await write('wrong.ts', triage.replace("label: 'bug'", "labels: ['bug']"))
  await assert.rejects(value('wrong.ts'), /'labels' does not exist|Did you mean.*label/)
})
