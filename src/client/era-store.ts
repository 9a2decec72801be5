/** Verdicts about servers, kept in one small file that may be lost at any time. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { Places } from '../config/index.ts'
import { type CredentialStore, credentialStore } from './auth/index.ts'
import type { EraStore, EraVerdict } from './connect-options.ts'
import { isRecord } from './json-rpc.ts'

const maxVerdicts = 1000

/** What connections keep between processes, for the `connect` of every command. */
export function clientStores({ stateDir, cacheDir }: Pick<Places, 'stateDir' | 'cacheDir'>): {
  readonly credentials: CredentialStore
  readonly eras: EraStore
} {
  return { credentials: credentialStore(stateDir), eras: eraStore(join(cacheDir, 'eras.json')) }
}

export function eraStore(file: string): EraStore {
  return {
    get: async key => (await readVerdicts(file)).get(key),
    async set(key, verdict) {
      const verdicts = await readVerdicts(file)
      verdicts.delete(key)
      verdicts.set(key, verdict)
      const kept = [...verdicts].slice(-maxVerdicts)
      await replaceFile(file, `${JSON.stringify(Object.fromEntries(kept))}\n`)
    },
  }
}

// Two processes at once: the later one wins, and the other's verdict is simply found out again.
async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`
  await mkdir(dirname(file), { recursive: true })
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function readVerdicts(file: string): Promise<Map<string, EraVerdict>> {
  const json = await readFile(file, 'utf8').catch(() => '{}')
  try {
    const stored: unknown = JSON.parse(json)
    const entries = isRecord(stored) ? Object.entries(stored) : []
    return new Map(entries.flatMap(([key, value]) => (isVerdict(value) ? [[key, value]] : [])))
  } catch {
    return new Map()
  }
}

function isVerdict(value: unknown): value is EraVerdict {
  if (!isRecord(value)) return false
  const eras: readonly unknown[] = ['legacy', 'modern']
  const transports: readonly unknown[] = ['stdio', 'http', 'sse']
  return eras.includes(value['era']) && transports.includes(value['transport'])
}
