/** OAuth credentials on disk: one file a resource, for the user's eyes only, each credential under the issuer that gave it. */
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { lock } from 'proper-lockfile'
import { z } from 'zod'

import { sha256 } from '../../digest.ts'
import { ExecutionError } from '../../errors.ts'

const tokens = z.object({
  access_token: z.string(),
  token_type: z.string(),
  id_token: z.string().optional(),
  expires_in: z.number().optional(),
  scope: z.string().optional(),
  refresh_token: z.string().optional(),
  issuer: z.string().optional(),
})

const client = z.looseObject({
  client_id: z.string(),
  client_secret: z.string().optional(),
  issuer: z.string().optional(),
})

const grant = z.object({
  client: client.optional(),
  tokens: tokens.optional(),
  /** When the tokens were received; their lifetime counts from here. */
  savedAt: z.number().optional(),
})

const record = z.object({
  version: z.literal(1),
  resource: z.string(),
  /** The issuer whose credentials are in use. */
  issuer: z.string().optional(),
  /** Where its endpoints are, as discovered. */
  discovery: z.unknown().optional(),
  grants: z.record(z.string(), grant),
})

export type Grant = z.infer<typeof grant>
export type CredentialRecord = z.infer<typeof record>

export interface CredentialStore {
  /** What is stored for a resource; an empty record where nothing is. */
  read(resource: string): Promise<CredentialRecord>
  write(record: CredentialRecord): Promise<void>
  /** True if there was something to remove. */
  remove(resource: string): Promise<boolean>
  list(): Promise<readonly CredentialRecord[]>
  /** Runs alone among all processes of this user: refreshing twice at once makes servers revoke everything. */
  alone<Value>(resource: string, work: () => Promise<Value>): Promise<Value>
}

/** `<stateDir>/oauth`, made 0700; files are 0600 and replaced whole. */
export function credentialStore(stateDir: string): CredentialStore {
  const folder = join(stateDir, 'oauth')
  const fileOf = (resource: string): string => join(folder, `${sha256(resource).slice(0, 32)}.json`)
  const prepare = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
  }
  return {
    async read(resource) {
      const found = await readRecord(fileOf(resource))
      const isOurs = found?.resource === resource
      return isOurs ? found : { version: 1, resource, grants: {} }
    },
    async write(written) {
      await prepare()
      const file = fileOf(written.resource)
      const temporary = `${file}.${randomUUID()}.tmp`
      await writeFile(temporary, `${JSON.stringify(written, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
      await rename(temporary, file)
    },
    async remove(resource) {
      const file = fileOf(resource)
      const existed = (await readRecord(file)) !== undefined
      await rm(file, { force: true })
      return existed
    },
    async list() {
      const names = await readdir(folder).catch(() => [])
      const files = names.filter(name => name.endsWith('.json')).toSorted()
      const records = await Promise.all(files.map(name => readRecord(join(folder, name))))
      return records.filter(found => found !== undefined)
    },
    async alone(resource, work) {
      await prepare()
      const release = await takeLock(fileOf(resource))
      try {
        return await work()
      } finally {
        await release()
      }
    },
  }
}

async function takeLock(file: string): Promise<() => Promise<void>> {
  try {
    const retries = { retries: 100, minTimeout: 50, maxTimeout: 200 }
    return await lock(file, { realpath: false, stale: 30_000, retries })
  } catch (cause) {
    throw new ExecutionError(
      'STATE',
      'Cannot use the stored credentials: another process keeps them locked; try again',
      { cause },
    )
  }
}

async function readRecord(file: string): Promise<CredentialRecord | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return record.parse(JSON.parse(text))
  } catch {
    // What we cannot read we cannot use: the user logs in again.
    return undefined
  }
}
