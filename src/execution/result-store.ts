/** Values too big to hand over, kept whole for the session's next programs: `results.get('r7')` (contract §7, §8). */
import { ExecutionError } from '../errors.ts'
import { formatBytes, quoteName } from '../text/index.ts'
import type { Cabinet } from './cabinet.ts'

export interface ResultStore {
  /** Keeps JSON text; answers its handle. The oldest results make room. */
  keep(json: string): Promise<string>
  /** The JSON text of a handle; throws NOT_FOUND. */
  get(handle: string): Promise<string>
  list(): Promise<readonly StoredResult[]>
}

export interface StoredResult {
  readonly handle: string
  readonly bytes: number
}

export interface ResultQuota {
  readonly bytes: number
  readonly results: number
}

export const resultQuota: ResultQuota = { bytes: 64 * 1024 * 1024, results: 100 }

interface Index {
  readonly last: number
  readonly results: readonly StoredResult[]
}

const indexBlob = 'results.json'

export function resultStore(cabinet: Cabinet, quota: ResultQuota = resultQuota): ResultStore {
  return {
    keep: async json =>
      await cabinet.exclusively(async () => {
        const index = await readIndex(cabinet)
        const bytes = Buffer.byteLength(json)
        if (bytes > quota.bytes) throw tooBig(bytes, quota)
        const handle = `r${index.last + 1}`
        const { kept, dropped } = makeRoom([...index.results, { handle, bytes }], quota)
        await cabinet.write(blobOf(handle), Buffer.from(json))
        const changed: Index = { last: index.last + 1, results: kept }
        await cabinet.write(indexBlob, Buffer.from(JSON.stringify(changed)))
        for (const result of dropped) await cabinet.remove(blobOf(result.handle))
        return handle
      }),
    get: async handle => {
      const bytes = /^r\d{1,9}$/.test(handle) ? await cabinet.read(blobOf(handle)) : undefined
      if (bytes !== undefined) return bytes.toString('utf8')
      const known = (await readIndex(cabinet)).results.map(result => result.handle)
      const help = known.length === 0 ? 'the session keeps none' : `it keeps ${known.join(', ')}`
      throw new ExecutionError('NOT_FOUND', `Cannot open the result ${quoteName(handle)}: ${help}`)
    },
    list: async () => (await readIndex(cabinet)).results,
  }
}

function blobOf(handle: string): string {
  return `results/${handle}.json`
}

async function readIndex(cabinet: Cabinet): Promise<Index> {
  const bytes = await cabinet.read(indexBlob)
  const parsed: unknown = bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'))
  return isIndex(parsed) ? parsed : { last: 0, results: [] }
}

function isIndex(value: unknown): value is Index {
  return typeof value === 'object' && value !== null && 'last' in value && 'results' in value
}

function makeRoom(
  results: readonly StoredResult[],
  quota: ResultQuota,
): { readonly kept: readonly StoredResult[]; readonly dropped: readonly StoredResult[] } {
  let bytes = 0
  let first = results.length
  while (first > 0 && results.length - first < quota.results) {
    bytes += results[first - 1]?.bytes ?? 0
    if (bytes > quota.bytes) break
    first--
  }
  return { kept: results.slice(first), dropped: results.slice(0, first) }
}

function tooBig(bytes: number, quota: ResultQuota): ExecutionError {
  const how = `it has ${formatBytes(bytes)} of at most ${formatBytes(quota.bytes)}; return less of it`
  return new ExecutionError('OUTPUT_LIMIT', `Cannot keep the value: ${how}`)
}
