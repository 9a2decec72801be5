/** Keeps one oversized stdio request from ending the connection: the line is dropped, the client is told. */
import { Transform, type TransformCallback } from 'node:stream'

export interface LineBoundOptions {
  readonly maxLineBytes: number
  /** Called once per dropped line, when the line has ended. */
  readonly onDropped: (bytes: number) => void
}

const newline = 0x0a

/** Passes whole lines through and drops those longer than `maxLineBytes`, never holding more than that in memory. */
export class LineBound extends Transform {
  readonly #options: LineBoundOptions
  #held: Buffer[] = []
  #bytes = 0

  constructor(options: LineBoundOptions) {
    super()
    this.#options = options
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#take(chunk.subarray(start, end + 1))
      this.#endLine()
      start = end + 1
    }
    this.#take(chunk.subarray(start))
    done()
  }

  override _flush(done: TransformCallback): void {
    if (this.#bytes > 0) this.#endLine()
    done()
  }

  #take(part: Buffer): void {
    this.#bytes += part.length
    if (this.#isOversized()) this.#held = []
    else if (part.length > 0) this.#held.push(part)
  }

  #endLine(): void {
    if (this.#isOversized()) this.#options.onDropped(this.#bytes)
    else this.push(Buffer.concat(this.#held))
    this.#held = []
    this.#bytes = 0
  }

  // The newline itself is not part of the line's size.
  #isOversized(): boolean {
    return this.#bytes > this.#options.maxLineBytes + 1
  }
}
