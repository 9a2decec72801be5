/** What the demonstration's task costs a model in tokens: call by call, and as one program. Both really happen. */
import type { Catalog } from '../../catalog/index.ts'
import type { Connection } from '../../client/index.ts'
import { describe, nameTools } from '../../codegen/index.ts'
import { openTokenizer, toolListText } from '../../tokens/index.ts'
import { program } from './program.ts'

export interface TaskTokens {
  /** The tool list, every call's arguments, every result: each counted once, although a model reads them again each turn. */
  readonly directly: number
  /** The two tools it needs described, the program, its answer. */
  readonly asProgram: number
}

/** Does the task call by call on a connection of its own, and counts what passed. */
export async function measureTask(
  catalog: Catalog,
  connection: Connection,
  answer: string,
): Promise<TaskTokens> {
  const count = await openTokenizer()
  let directly = count(toolListText(catalog))
  const call = async (tool: string, args: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const { content, structuredContent } = await connection.callTool(tool, args)
    directly += count(JSON.stringify({ tool, args })) + count(JSON.stringify(content))
    return structuredContent
  }
  const comment = (number: number): Promise<unknown> =>
    call('add_comment', { number, body: 'Still relevant?' })
  for (const number of await forgottenIssues(call)) await comment(number)
  const needed = nameTools(catalog).filter(({ tool }) =>
    ['list_issues', 'add_comment'].includes(tool.name),
  )
  const described = needed.map(named => count(describe(named, { docs: true })))
  const asProgram = described.reduce((sum, tokens) => sum + tokens, count(program) + count(answer))
  return { directly, asProgram }
}

type Call = (tool: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>

async function forgottenIssues(call: Call): Promise<readonly number[]> {
  const forgotten: number[] = []
  for (let page = 1, seen = 0, total = 1; seen < total; page++) {
    const listed = await call('list_issues', { page, per_page: 10 })
    if (!isPage(listed)) throw new TypeError('The demonstration server answered something else')
    total = listed.total
    seen += listed.issues.length
    forgotten.push(
      ...listed.issues.filter(({ daysIdle }) => daysIdle > 90).map(({ number }) => number),
    )
  }
  return forgotten
}

interface Page {
  readonly total: number
  readonly issues: readonly { readonly number: number; readonly daysIdle: number }[]
}

function isPage(value: unknown): value is Page {
  return typeof value === 'object' && value !== null && 'issues' in value && 'total' in value
}
