/** Text on its way into the engine's memory and out of it: strings, zero-terminated texts, lists of arguments. */
import type { QuickJsExports } from './exports.ts'

/** A pointer to a value inside; worth nothing after the next reset. */
export type Value = number

/** The engine's memory was full when the host needed some of it. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory'
}

/** Texts no longer than this need no memory of their own while they cross. */
const shortBytes = 4096
const maxListed = 16
const listAt = 8
const textAt = listAt + maxListed * 4

/** What `Texts` wants inside the engine, once: four bytes for a length, a list of arguments, a short text. */
export const scratchBytes: number = textAt + shortBytes

export class Texts {
  readonly #native: QuickJsExports
  readonly #scratch: number
  #buffer: ArrayBuffer | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #words: DataView = new DataView(new ArrayBuffer(0))

  constructor(native: QuickJsExports, scratch: number) {
    this.#native = native
    this.#scratch = scratch
  }

  /** A new string; throws OutOfMemory. */
  make(text: string): Value {
    const { call } = this.#native
    const size = text.length * 3
    const isShort = size <= shortBytes
    const pointer = isShort ? this.#scratch + textAt : call.wasm_malloc(size)
    if (pointer === 0) throw new OutOfMemory()
    this.#refresh()
    const value = call.qjs_new_string(pointer, this.#bytes.write(text, pointer, size, 'utf8'))
    if (!isShort) call.wasm_free(pointer)
    if (value === 0) throw new OutOfMemory()
    return value
  }

  /** The text of a string; undefined where the engine has no memory to spell it. */
  read(value: Value): string | undefined {
    const { call } = this.#native
    const text = call.qjs_get_string_len(value, this.#scratch)
    if (text === 0) return undefined
    this.#refresh()
    const length = this.#words.getUint32(this.#scratch, true)
    const found = this.#bytes.toString('utf8', text, text + length)
    call.qjs_free_cstring(text)
    return found
  }

  /** The strings a function was called with; empty where one cannot be read. */
  readList(count: number, list: number): string[] {
    const found: string[] = []
    for (let index = 0; index < count; index += 1) {
      this.#refresh()
      found.push(this.read(this.#words.getUint32(list + index * 4, true)) ?? '')
    }
    return found
  }

  /** A list of at most sixteen values, good until the next one. */
  list(values: readonly Value[]): number {
    const list = this.#scratch + listAt
    this.#refresh()
    for (const [index, value] of values.entries()) {
      this.#words.setUint32(list + index * 4, value, true)
    }
    return list
  }

  /** A zero-terminated text that the engine or the caller frees; throws OutOfMemory. */
  write(text: string): { readonly pointer: number; readonly length: number } {
    const bytes = Buffer.from(text, 'utf8')
    const pointer = this.#native.call.wasm_malloc(bytes.length + 1)
    if (pointer === 0) throw new OutOfMemory()
    this.#refresh()
    this.#bytes.set(bytes, pointer)
    this.#bytes[pointer + bytes.length] = 0
    return { pointer, length: bytes.length }
  }

  /** A zero-terminated text of the engine. */
  readTerminated(pointer: number): string {
    this.#refresh()
    const end = this.#bytes.indexOf(0, pointer)
    return this.#bytes.toString('utf8', pointer, end === -1 ? pointer : end)
  }

  setWord(at: number, value: number): void {
    this.#refresh()
    this.#words.setUint32(at, value, true)
  }

  /** Growing memory takes the buffer away. */
  #refresh(): void {
    const { buffer } = this.#native.memory
    if (this.#buffer === buffer) return
    this.#buffer = buffer
    this.#bytes = Buffer.from(buffer)
    this.#words = new DataView(buffer)
  }
}
