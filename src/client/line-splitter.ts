/** Cuts a byte stream into lines without ever holding more than one line's limit. */

export interface LineSplitter {
  push(chunk: Buffer): void
}

export interface LineSplitterOptions {
  readonly maxBytes: number
  readonly onLine: (line: string) => void
  /** Called once; nothing is delivered after it. */
  readonly onTooLong: () => void
}

const newline = 0x0a

export function lineSplitter({ maxBytes, onLine, onTooLong }: LineSplitterOptions): LineSplitter {
  let pending: Buffer[] = []
  let pendingBytes = 0
  let ended = false

  const tooLong = (): void => {
    ended = true
    pending = []
    onTooLong()
  }
  const finishLine = (rest: Buffer): void => {
    if (ended) return
    const line = pending.length === 0 ? rest : Buffer.concat([...pending, rest])
    pending = []
    pendingBytes = 0
    if (line.length > maxBytes) tooLong()
    else onLine(line.toString('utf8'))
  }
  return {
    push(chunk) {
      if (ended) return
      let start = 0
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        finishLine(chunk.subarray(start, end))
        start = end + 1
      }
      if (ended || start === chunk.length) return
      pending.push(chunk.subarray(start))
      pendingBytes += chunk.length - start
      if (pendingBytes > maxBytes) tooLong()
    },
  }
}
