/** Reading and writing the WebAssembly binary format, byte by byte; every read is checked. */
import { ExecutionError } from '../../errors.ts'

/** The error for a module we do not run. */
export function refused(how: string, offset: number): ExecutionError {
  return new ExecutionError(
    'WASM_INVALID',
    `Cannot run the WebAssembly module: ${how} at byte ${offset}; build it for the MVP plus bulk memory, sign extension and multi-value`,
    { details: { offset } },
  )
}

/** A cursor over part of a module. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly end: number
  offset: number

  constructor(bytes: Uint8Array, offset = 0, end: number = bytes.length) {
    this.#bytes = bytes
    this.offset = offset
    this.end = end
  }

  get done(): boolean {
    return this.offset >= this.end
  }

  byte(): number {
    const value = this.#bytes[this.offset]
    if (value === undefined || this.offset >= this.end) throw refused('it is cut off', this.offset)
    this.offset += 1
    return value
  }

  /** An unsigned 32-bit LEB128, no longer than the specification allows. */
  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const next = this.byte()
      if (shift === 28 && next > 0x0f) throw refused('a number is too large', this.offset)
      value += (next & 0x7f) * 2 ** shift
      if (next < 0x80) return value
    }
    throw refused('a number is too long', this.offset)
  }

  /** Skips a signed LEB128 of at most `maxBytes` bytes. */
  skipLeb(maxBytes: number): void {
    for (let count = 0; count < maxBytes; count += 1) {
      if (this.byte() < 0x80) return
    }
    throw refused('a number is too long', this.offset)
  }

  skip(count: number): void {
    if (this.offset + count > this.end) throw refused('it is cut off', this.offset)
    this.offset += count
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array {
    const start = this.offset
    this.skip(count)
    return this.#bytes.subarray(start, start + count)
  }

  /** A length-prefixed UTF-8 name. */
  name(): string {
    const bytes = this.take(this.u32())
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw refused('a name is not UTF-8', this.offset)
    }
  }

  /** A cursor over the next `length` bytes; this one moves behind them. */
  slice(length: number): ByteReader {
    const start = this.offset
    this.skip(length)
    return new ByteReader(this.#bytes, start, start + length)
  }
}

/** Grows as it is written. */
export class ByteWriter {
  #bytes: Uint8Array
  #length = 0

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  byte(...values: readonly number[]): this {
    return this.bytes(values)
  }

  bytes(values: ArrayLike<number>): this {
    this.#reserve(values.length)
    this.#bytes.set(values, this.#length)
    this.#length += values.length
    return this
  }

  u32(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest = Math.floor(rest / 128)
    }
    return this.byte(rest)
  }

  /** A signed LEB128; enough for every constant we inject. */
  s64(value: number): this {
    let rest = BigInt(value)
    for (;;) {
      const next = Number(rest & 0x7fn)
      rest >>= 7n
      const isLast = (rest === 0n && (next & 0x40) === 0) || (rest === -1n && (next & 0x40) !== 0)
      this.byte(isLast ? next : next | 0x80)
      if (isLast) return this
    }
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text)
    return this.u32(bytes.length).bytes(bytes)
  }

  /** What was written so far. */
  result(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    grown.set(this.result())
    this.#bytes = grown
  }
}
