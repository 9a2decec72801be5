/** Values the user stored for the `${input:id}` of a file; each file's own, so that one project cannot ask for another's. */
import { join } from 'node:path'

import { sha256 } from '../digest.ts'
import { memberAt } from './document.ts'
import { writePrivateFile } from './private-file.ts'
import type { ConfigFiles } from './read-file.ts'
import type { Origin } from './server-spec.ts'

export async function readInput(
  stateDir: string,
  [origin, id]: readonly [origin: Origin, id: string],
  files: ConfigFiles,
): Promise<string | undefined> {
  const read = await files.read(inputFile(stateDir, origin, id))
  if (read.status !== 'text') return undefined
  const value = memberAt(parseOrUndefined(read.text), ['value'])
  return typeof value === 'string' ? value : undefined
}

export async function saveInput(
  stateDir: string,
  [origin, id]: readonly [origin: Origin, id: string],
  value: string,
): Promise<void> {
  const record = { version: 1, file: origin.file, id, value }
  await writePrivateFile(inputFile(stateDir, origin, id), `${JSON.stringify(record, null, 2)}\n`)
}

function inputFile(stateDir: string, origin: Origin, id: string): string {
  return join(stateDir, 'inputs', `${sha256(`${origin.file ?? origin.client}\0${id}`)}.json`)
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
