/** OAuth credentials on disk: one file a resource, for the user's eyes only, each credential under the issuer that gave it. */
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { sha256 } from '../../digest.ts'
import { ExecutionError } from '../../errors.ts'

/** What an authorization server gave this client. */
export interface Grant {
  readonly client?: ClientInformation | undefined
  readonly tokens?: Tokens | undefined
  /** When the tokens were received; their lifetime counts from here. */
  readonly savedAt?: number | undefined
}

export interface ClientInformation {
  readonly client_id: string
  readonly client_secret?: string | undefined
  readonly issuer?: string | undefined
  readonly [more: string]: unknown
}

export interface Tokens {
  readonly access_token: string
  readonly token_type: string
  readonly id_token?: string | undefined
  readonly expires_in?: number | undefined
  readonly scope?: string | undefined
  readonly refresh_token?: string | undefined
  readonly issuer?: string | undefined
}

export interface CredentialRecord {
  readonly version: 1
  readonly resource: string
  /** The issuer whose credentials are in use. */
  readonly issuer?: string | undefined
  /** Where its endpoints are, as discovered. */
  readonly discovery?: unknown
  readonly grants: Readonly<Record<string, Grant>>
}

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
      await writeFile(temporary, `${JSON.stringify(written, null, 2)}\n`, {
        mode: 0o600,
        flag: 'wx',
      })
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
  const { lock } = await import('proper-lockfile')
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
  const json = await readFile(file, 'utf8').catch(() => undefined)
  if (json === undefined) return undefined
  // Most servers need no credentials: what reads them is loaded where there are some.
  const { parseRecord } = await import('./credential-schema.ts')
  return parseRecord(json)
}
