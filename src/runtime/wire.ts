/** Newline-delimited JSON, bounded: how a tool file talks to the daemon, and the daemon to it. */

import { parseMessage } from '../json-value.ts'

/** No frame is longer, in either direction. */
export const maxFrameBytes: number = 32 * 1024 * 1024

export interface LineReaderOptions {
  readonly onLine: (line: string) => void
  /** Called once, when a line grew over the bound; what follows is dropped. */
  readonly onTooLong: (bytes: number) => void
  readonly maxBytes?: number
  /** Event streams mean something by an empty line. */
  readonly keepEmpty?: boolean
}

/** Cuts a byte stream into lines; empty lines are skipped unless asked for. */
export function lineReader({
  onLine,
  onTooLong,
  maxBytes = maxFrameBytes,
  keepEmpty = false,
}: LineReaderOptions): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let held = 0
  let broken = false
  const end = (last: Buffer): void => {
    const line = (parts.length === 0 ? last : Buffer.concat([...parts, last])).toString('utf8')
    parts = []
    held = 0
    if (keepEmpty || line.trim() !== '') onLine(line)
  }
  const fits = (piece: Buffer): boolean => {
    if (held + piece.length <= maxBytes) return true
    parts = []
    onTooLong(held + piece.length)
    return false
  }
  return chunk => {
    let from = 0
    while (from < chunk.length) {
      const newline = chunk.indexOf(10, from)
      const piece = chunk.subarray(from, newline === -1 ? chunk.length : newline)
      broken ||= !fits(piece)
      if (broken) return
      if (newline !== -1) end(piece)
      else parts.push(piece)
      if (newline === -1) held += piece.length
      from += piece.length + 1
    }
  }
}

interface Corkable {
  readonly writableCorked: number
  cork(): void
  uncork(): void
}

/** What is written in one turn of the event loop leaves together, in one go. */
export function gatherWrites(stream: Corkable): void {
  if (stream.writableCorked > 0) return
  stream.cork()
  setImmediate(() => stream.uncork())
}

/** A value as one line. */
export function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** Whether a line from `toLine` is within the bound; its newline does not count. */
export function fitsFrame(line: string): boolean {
  return line.length * 3 <= maxFrameBytes || Buffer.byteLength(line) <= maxFrameBytes + 1
}

/** A line as an object; undefined where it is none. */
export function fromLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The objects a text holds: one, or those of a batch. */
export function fromBatch(text: string): readonly Record<string, unknown>[] {
  try {
    const value = parseMessage(text)
    return (Array.isArray(value) ? value : [value]).filter(isRecord)
  } catch {
    return []
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
