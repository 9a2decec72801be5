/** Files of a WASI program: the session's virtual tree, read whole on open, written whole on close. */
import type { GuestHost } from '../worker/guest-host.ts'

export interface OpenFile {
  readonly path: string
  bytes: Uint8Array
  size: number
  position: number
  isChanged: boolean
}

export interface OpenMode {
  readonly create: boolean
  readonly truncate: boolean
  readonly exclusive: boolean
}

export type Opened = { readonly file: OpenFile } | { readonly problem: 'missing' | 'exists' }

const maxFileBytes = 3 << 20

export class WasiFiles {
  readonly #host: GuestHost

  constructor(host: GuestHost) {
    this.#host = host
  }

  open(path: string, { create, truncate, exclusive }: OpenMode): Opened {
    const found = this.#read(path)
    if (found === undefined && !create) return { problem: 'missing' }
    if (found !== undefined && exclusive) return { problem: 'exists' }
    const bytes = truncate || found === undefined ? new Uint8Array(0) : found
    const isChanged = found === undefined || truncate
    return { file: { path, bytes, size: bytes.length, position: 0, isChanged } }
  }

  /** Bytes written; fewer where the file would grow too large. */
  write(file: OpenFile, data: Uint8Array): number {
    const end = Math.min(file.position + data.length, maxFileBytes)
    const written = Math.max(0, end - file.position)
    if (end > file.bytes.length) {
      const grown = new Uint8Array(Math.min(maxFileBytes, Math.max(end, file.bytes.length * 2)))
      grown.set(file.bytes.subarray(0, file.size))
      file.bytes = grown
    }
    file.bytes.set(data.subarray(0, written), file.position)
    file.position += written
    file.size = Math.max(file.size, file.position)
    file.isChanged = file.isChanged || written > 0
    return written
  }

  read(file: OpenFile, target: Uint8Array): number {
    const available = file.bytes.subarray(file.position, file.size)
    const taken = available.subarray(0, target.length)
    target.set(taken)
    file.position += taken.length
    return taken.length
  }

  /** True unless the host refused what was written. */
  close(file: OpenFile): boolean {
    if (!file.isChanged) return true
    file.isChanged = false
    const data = Buffer.from(file.bytes.subarray(0, file.size)).toString('base64')
    const payload = JSON.stringify({ path: file.path, data, encoding: 'base64' })
    return this.#ask('writeFile', payload) !== undefined
  }

  #read(path: string): Uint8Array | undefined {
    const text = this.#ask('readFile', JSON.stringify({ path }))
    return text === undefined ? undefined : toBytes(JSON.parse(text))
  }

  #ask(operation: string, payload: string): string | undefined {
    if (this.#host.bridge(['admit', operation]) !== '') return undefined
    const answer = this.#host.bridge(['ask', operation, payload])
    return answer.startsWith('1') ? answer.slice(1) : undefined
  }
}

function toBytes(answer: unknown): Uint8Array {
  if (typeof answer === 'string') return Buffer.from(answer, 'utf8')
  const isBinary = typeof answer === 'object' && answer !== null && 'base64' in answer
  return isBinary ? Buffer.from(String(answer.base64), 'base64') : new Uint8Array(0)
}
