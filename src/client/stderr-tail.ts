/** The last bytes a server wrote to stderr: bounded, and always drained, so that no server ever blocks on a full pipe. */

export interface StderrTail {
  push(chunk: Buffer): void
  text(): string
}

export function stderrTail(keptBytes: number): StderrTail {
  let chunks: Buffer[] = []
  let held = 0
  const compact = (): Buffer => {
    const all = Buffer.concat(chunks)
    const kept = all.subarray(Math.max(0, all.length - keptBytes))
    chunks = [kept]
    held = kept.length
    return kept
  }
  return {
    push(chunk) {
      chunks.push(chunk)
      held += chunk.length
      if (held > keptBytes * 4) compact()
    },
    text: () => compact().toString('utf8'),
  }
}
