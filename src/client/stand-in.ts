/** The least the SDK takes for an answer, in place of the real one: it never gets to reject what it would not understand. */
import { isRecord } from './json-rpc.ts'

const handleKey = 'mcp-execution/raw-result'

type Shape = (raw: Record<string, unknown>) => Record<string, unknown>

const listed =
  (member: string): Shape =>
  () => ({ [member]: [], ttlMs: 0, cacheScope: 'private' })

const shapes: ReadonlyMap<string, Shape> = new Map([
  [
    'initialize',
    ({ protocolVersion }) => ({
      protocolVersion,
      capabilities: {},
      serverInfo: { name: 'server', version: '0' },
    }),
  ],
  ['tools/list', listed('tools')],
  ['prompts/list', listed('prompts')],
  ['resources/list', listed('resources')],
  ['tools/call', () => ({ content: [] })],
])

/** `undefined` where the SDK must see the answer itself: other methods, and answers that ask for something first. */
export function standIn(
  method: string,
  raw: Record<string, unknown>,
  handle: number,
): Record<string, unknown> | undefined {
  const shape = shapes.get(method)
  const kind = raw['resultType'] ?? 'complete'
  if (shape === undefined || kind !== 'complete') return undefined
  return { ...shape(raw), resultType: 'complete', _meta: { [handleKey]: handle } }
}

export function standInHandle(result: unknown): number | undefined {
  const meta = isRecord(result) ? result['_meta'] : undefined
  const handle = isRecord(meta) ? meta[handleKey] : undefined
  return typeof handle === 'number' ? handle : undefined
}
