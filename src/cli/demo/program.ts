/** What an agent would write: many calls, one short answer. `wrong` has a mistake that no run is needed to find. */
export const program = `import { addComment, listIssues } from 'issues'

const issues: { number: number; daysIdle: number }[] = []
for (let page = 1; ; page++) {
  const { issues: found, total } = await listIssues({ page, per_page: 10 })
  issues.push(...found)
  if (issues.length >= total) break
}
const forgotten = issues.filter(issue => issue.daysIdle > 90)
await Promise.all(forgotten.map(({ number }) => addComment({ number, body: 'Still relevant?' })))
export default \`Asked about \${forgotten.length} of \${issues.length} open issues\`
`

export const wrong: string = program.replace('per_page: 10', 'perPage: 10')
