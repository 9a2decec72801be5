/** JSON-RPC messages over a byte stream, each after a Content-Length header, as the compiler's API speaks. */

const separator = '\r\n\r\n'
/** An answer beyond this is not one of ours: the process is given up. */
const maxMessageBytes = 64 * 1024 * 1024

export function encodeMessage(message: Readonly<Record<string, unknown>>): Buffer {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}${separator}`), body])
}

export class MessageReader {
  #chunks: Buffer[] = []
  #size = 0
  #wanted = 0

  /** Every message that `chunk` completes. */
  push(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size < this.#wanted) return []
    let rest = Buffer.concat(this.#chunks)
    const messages: unknown[] = []
    for (;;) {
      const { body, size } = frontMessage(rest)
      this.#wanted = size
      if (body === undefined) break
      messages.push(JSON.parse(body.toString('utf8')))
      rest = rest.subarray(size)
    }
    this.#chunks = [rest]
    this.#size = rest.length
    return messages
  }
}

/** The first message's body, once all of it is there, and how many bytes it takes with its header. */
function frontMessage(bytes: Buffer): { readonly body?: Buffer; readonly size: number } {
  const headerEnd = bytes.indexOf(separator)
  if (headerEnd < 0) return { size: 0 }
  const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, headerEnd))?.[1])
  if (!(length <= maxMessageBytes)) throw new RangeError(`message of ${length} bytes`)
  const start = headerEnd + separator.length
  const size = start + length
  return bytes.length < size ? { size } : { body: bytes.subarray(start, size), size }
}
