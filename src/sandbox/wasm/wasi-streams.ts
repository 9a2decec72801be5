/** Standard output and error, line by line into the console. */
import { TextDecoder } from 'node:util'

import type { GuestHost } from '../worker/guest-host.ts'

interface Stream {
  readonly level: 'log' | 'error'
  readonly decoder: TextDecoder
  pending: string
}

/** A line longer than this is printed in pieces. */
const maxLine = 65_536

export class WasiStreams {
  readonly #host: GuestHost
  readonly #output: Stream = { level: 'log', decoder: new TextDecoder(), pending: '' }
  readonly #errors: Stream = { level: 'error', decoder: new TextDecoder(), pending: '' }

  constructor(host: GuestHost) {
    this.#host = host
  }

  /** All of it, always. */
  write(fd: number, bytes: Uint8Array): number {
    const stream = fd === 1 ? this.#output : this.#errors
    // A view of a shared buffer cannot be decoded; ours never is one.
    const text = stream.pending + stream.decoder.decode(bytes, { stream: true })
    const lines = text.split('\n')
    stream.pending = lines.pop() ?? ''
    for (const line of lines) this.#print(stream, line)
    if (stream.pending.length > maxLine) this.#printPending(stream)
    return bytes.length
  }

  flush(): void {
    this.#printPending(this.#output)
    this.#printPending(this.#errors)
  }

  #printPending(stream: Stream): void {
    if (stream.pending !== '') this.#print(stream, stream.pending)
    stream.pending = ''
  }

  #print({ level }: Stream, line: string): void {
    this.#host.bridge(['log', level, line])
  }
}
