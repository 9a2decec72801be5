/** Changes a file that others also read and write: one writer at a time, whole or not at all, its mode and marks kept. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { type FileRead, nodeFiles } from './read-file.ts'
import { shownPath } from './rules.ts'
import { writeFailure } from './write-failure.ts'

export interface EditedFile {
  /** Undefined where there was no file. */
  readonly before: string | undefined
  readonly after: string
  /** The file itself, where `path` was a link to it. */
  readonly path: string
}

/** Writes what `change` makes of the file's text; nothing where that is the same. Throws IO where the file cannot be written. */
export async function editFile(
  path: string,
  change: (text: string | undefined) => Promise<string>,
): Promise<EditedFile> {
  const real = await targetOf(path)
  const unlock = await lockFile(real)
  try {
    const read = await readForEdit(real)
    const before = read.status === 'text' ? read.text : undefined
    const after = await change(before)
    if (after !== before) await replaceFile(real, after, read)
    return { before, after, path: real }
  } finally {
    await unlock()
  }
}

/** What `editFile` would read. Throws CONFIG_INVALID for something that is no text file. */
export async function readForEdit(path: string): Promise<FileRead> {
  const read = await nodeFiles.read(path)
  const refused = read.status === 'refused' ? read.reason : undefined
  const foreign = read.status === 'text' && read.encoding === 'utf-16le' ? 'it is UTF-16' : refused
  if (foreign === undefined) return read
  const message = `Cannot change ${shownPath(path)}: ${foreign}; change it by hand`
  throw new ExecutionError('CONFIG_INVALID', message)
}

/** Where a link leads, so that the link stays one. */
export async function targetOf(path: string): Promise<string> {
  return await realpath(path).catch(() => path)
}

async function replaceFile(path: string, text: string, old: FileRead): Promise<void> {
  const marked = old.status === 'text' && old.encoding === 'utf-8-bom' ? `\uFEFF${text}` : text
  const mode = await stat(path).then(
    stats => stats.mode & 0o777,
    () => 0o600,
  )
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeWhole(temporary, marked, mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeFailure(path, error)
  }
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode)
  // What the process's umask took away.
  await file.chmod(mode)
  await file.writeFile(text)
  await file.sync()
}

async function lockFile(path: string): Promise<() => Promise<void>> {
  const { default: lockfile } = await import('proper-lockfile')
  const retries = { retries: 100, factor: 1, minTimeout: 20, maxTimeout: 100, randomize: true }
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return await lockfile.lock(path, { realpath: false, stale: 10_000, retries })
  } catch (error) {
    const held = error instanceof Error && 'code' in error && error.code === 'ELOCKED'
    if (!held) throw writeFailure(path, error)
    const message = `Cannot change ${shownPath(path)}: another program holds its lock; try again`
    throw new ExecutionError('IO', message, { cause: error })
  }
}
