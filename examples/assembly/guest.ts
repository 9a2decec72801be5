/** Labels every open issue whose title says "Crash", and remembers how many. AssemblyScript: see docs/guide/webassembly.md. */
import { callTool, failed, Level, log, setState } from './mcp'

const number = '"number":'
const title = '"title":"'

/** How many issues were labelled; -1 where the list could not be had. */
export function run(): i32 {
  const answer = callTool('tracker', 'list_issues', '{}')
  if (failed()) {
    log(Level.Error, answer)
    return -1
  }
  let labelled = 0
  let from = answer.indexOf(number)
  while (from >= 0) {
    const next = answer.indexOf(number, from + number.length)
    const issue = answer.substring(from, next < 0 ? answer.length : next)
    if (isCrash(issue) && label(issue)) labelled += 1
    from = next
  }
  setState('labelled', labelled.toString())
  return labelled
}

/** Never returns: only its fuel or its time ends it. */
export function spin(): void {
  while (true) {}
}

function isCrash(issue: string): bool {
  const start = issue.indexOf(title) + title.length
  return issue.substring(start, issue.indexOf('"', start)).includes('Crash')
}

function label(issue: string): bool {
  const which = issue.substring(number.length, issue.indexOf(','))
  const answer = callTool('tracker', 'add_label', `{"number":${which},"label":"crash"}`)
  log(failed() ? Level.Warn : Level.Info, answer)
  return !failed()
}
