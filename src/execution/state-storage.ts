/** What programs of one session remember: values by key, the same for every process that opens the session (contract §7). */
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'
import type { Cabinet } from './cabinet.ts'

export interface StateStorage {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  /** True where there was something to remove. */
  remove(key: string): Promise<boolean>
  clear(): Promise<void>
  /** Keys, sorted. */
  list(): Promise<readonly string[]>
  contains(key: string): Promise<boolean>
  count(): Promise<number>
}

export interface StateLimits {
  readonly keyBytes: number
  readonly valueBytes: number
  readonly totalBytes: number
  readonly keys: number
}

export const stateLimits: StateLimits = {
  keyBytes: 256,
  valueBytes: 1024 * 1024,
  totalBytes: 8 * 1024 * 1024,
  keys: 1000,
}

const blob = 'state.json'

type Values = Map<string, unknown>

/** One JSON blob in the cabinet: read without a lock, changed under it. */
export function stateStorage(cabinet: Cabinet): StateStorage {
  const read = async (): Promise<Values> => parse(await cabinet.read(blob))
  const change = async <Result>(edit: (values: Values) => Result): Promise<Result> =>
    await cabinet.exclusively(async () => {
      const values = await read()
      const result = edit(values)
      await cabinet.write(blob, print(values))
      return result
    })
  return {
    get: async key => (await read()).get(key),
    set: async (key, value) => {
      checkEntry(key, value)
      await change(values => values.set(key, value))
    },
    remove: async key => await change(values => values.delete(key)),
    clear: async () => {
      await change(values => {
        values.clear()
      })
    },
    list: async () => [...(await read()).keys()].toSorted(),
    contains: async key => (await read()).has(key),
    count: async () => (await read()).size,
  }
}

function parse(bytes: Buffer | undefined): Values {
  if (bytes === undefined) return new Map()
  try {
    const values: unknown = JSON.parse(bytes.toString('utf8'))
    return new Map(Object.entries(Object(values)))
  } catch (cause) {
    const message =
      'Cannot read the session state: its file is damaged; use another session, or remove it'
    throw new ExecutionError('STATE', message, { cause })
  }
}

function print(values: Values): Buffer {
  const bytes = Buffer.from(JSON.stringify(Object.fromEntries(values)))
  if (values.size > stateLimits.keys) {
    throw full(`it would have ${values.size} keys`, stateLimits.keys)
  }
  if (bytes.length > stateLimits.totalBytes) {
    throw full(`it would have ${bytes.length} bytes`, stateLimits.totalBytes)
  }
  return bytes
}

function checkEntry(key: string, value: unknown): void {
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes < 1 || keyBytes > stateLimits.keyBytes) {
    const rule = `keys have 1 to ${stateLimits.keyBytes} bytes, this one ${keyBytes}`
    throw new ExecutionError('INVALID_ARGUMENT', `Cannot keep ${quoteName(key)}: ${rule}`)
  }
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? 'null')
  if (bytes > stateLimits.valueBytes) {
    const how = `its value has ${bytes} bytes of at most ${stateLimits.valueBytes}; write it to a file`
    throw new ExecutionError('STATE_QUOTA', `Cannot keep ${quoteName(key)}: ${how}`)
  }
}

function full(how: string, limit: number): ExecutionError {
  const message = `Cannot keep more state: ${how} of at most ${limit}; remove keys, or use writeFile`
  return new ExecutionError('STATE_QUOTA', message, { details: { limit } })
}
