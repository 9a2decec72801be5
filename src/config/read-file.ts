/** Reads files other people wrote, without ever blocking on something that is no file. */
import { constants, statSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

export type FileRead =
  | {
      readonly status: 'text'
      readonly text: string
      /** How it was written; a byte order mark is no part of the text. */
      readonly encoding: 'utf-8' | 'utf-8-bom' | 'utf-16le'
    }
  | { readonly status: 'absent' }
  | { readonly status: 'refused'; readonly reason: string }

/** What config needs of the file system. */
export interface ConfigFiles {
  read(path: string): Promise<FileRead>
  /** True where the path is there, whatever it is. */
  exists(path: string): Promise<boolean>
  /** Asked only where a command holds spaces, so it need not wait. */
  isFile(path: string): boolean
}

/** The real one. */
export const nodeFiles: ConfigFiles = { read: readTextFile, exists, isFile }

export const maxConfigBytes: number = 16 * 1024 * 1024

async function readTextFile(path: string): Promise<FileRead> {
  try {
    // Non-blocking, so that opening a FIFO that nobody writes to returns; it is then refused by its kind.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = await file.stat()
    if (!stats.isFile()) return { status: 'refused', reason: 'it is not a regular file' }
    if (stats.size > maxConfigBytes) return tooLarge
    const bytes = await readAtMost(file, maxConfigBytes + 1)
    return bytes.length > maxConfigBytes ? tooLarge : decode(bytes)
  } catch (error) {
    return isAbsence(error) ? { status: 'absent' } : { status: 'refused', reason: reasonOf(error) }
  }
}

const tooLarge: FileRead = {
  status: 'refused',
  reason: `it is larger than ${maxConfigBytes / 1024 / 1024} MiB`,
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

async function readAtMost(file: FileHandle, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let total = 0
  while (total < limit) {
    const chunk = new Uint8Array(Math.min(limit - total, 256 * 1024))
    // oxlint-disable-next-line no-await-in-loop -- each read depends on how much the last one gave
    const { bytesRead } = await file.read(chunk, 0, chunk.length)
    if (bytesRead === 0) break
    chunks.push(chunk.subarray(0, bytesRead))
    total += bytesRead
  }
  return Buffer.concat(chunks)
}

// A byte order mark is honoured and dropped; Windows shells write UTF-16 with one.
function decode(bytes: Uint8Array): FileRead {
  const [first, second, third] = bytes
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : 'utf-8'
  const marked = first === 0xef && second === 0xbb && third === 0xbf
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return { status: 'text', text, encoding: marked ? 'utf-8-bom' : encoding }
  } catch {
    return { status: 'refused', reason: `it is not ${encoding.toUpperCase()} text` }
  }
}

function isAbsence(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  return code === undefined ? 'it cannot be read' : `it cannot be read (${code})`
}

function codeOf(error: unknown): string | undefined {
  const coded = error instanceof Error && 'code' in error
  return coded && typeof error.code === 'string' ? error.code : undefined
}
