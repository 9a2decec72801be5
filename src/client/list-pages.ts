/** Walks a listing to its end, and never further: bounded in pages, entries and time, and no cursor is followed twice. */
import { ExecutionError } from '../errors.ts'
import { isRecord } from './json-rpc.ts'

export interface PageWalk {
  readonly fetchPage: (cursor: string | undefined) => Promise<unknown>
  /** The member that holds the entries: "tools". */
  readonly member: string
  readonly maxEntries: number
  readonly maxPages: number
}

/** Every entry in the server's order. Throws TOOL_LIMIT or PAGINATION_ENDLESS; nothing partial is ever returned. */
export async function listPages(walk: PageWalk): Promise<readonly unknown[]> {
  const entries: unknown[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let pages = 1; ; pages += 1) {
    const page = await walk.fetchPage(cursor)
    for (const entry of entriesOf(page, walk.member)) entries.push(entry)
    if (entries.length > walk.maxEntries) throw tooMany(walk)
    cursor = nextCursor(page)
    if (cursor === undefined) return entries
    if (seen.has(cursor)) throw endless(walk, 'it gave the same cursor twice')
    if (pages >= walk.maxPages) throw endless(walk, `it has more than ${walk.maxPages} pages`)
    seen.add(cursor)
  }
}

function entriesOf(page: unknown, member: string): readonly unknown[] {
  const entries = isRecord(page) ? page[member] : undefined
  if (Array.isArray(entries)) return entries
  throw new ExecutionError('SERVER_PROTOCOL', `its answer has no list "${member}"`)
}

// null and "" stand for "no more" in the wild.
function nextCursor(page: unknown): string | undefined {
  const cursor = isRecord(page) ? page['nextCursor'] : undefined
  if (cursor === undefined || cursor === null || cursor === '') return undefined
  if (typeof cursor === 'string') return cursor
  throw new ExecutionError('PAGINATION_ENDLESS', 'it gave a cursor that is no text')
}

function tooMany({ member, maxEntries }: PageWalk): ExecutionError {
  return new ExecutionError(
    'TOOL_LIMIT',
    `it has more than ${maxEntries} ${member}; raise the limit (--max-tools) if that is meant`,
    { details: { limit: maxEntries } },
  )
}

function endless({ maxPages }: PageWalk, how: string): ExecutionError {
  return new ExecutionError('PAGINATION_ENDLESS', `its listing never ends: ${how}`, {
    details: { maxPages },
  })
}
