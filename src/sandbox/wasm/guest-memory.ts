/** A module's memory as host functions see it: every range is checked against what the memory is at that moment. */

/** The module handed the host a range or a text that is none. */
export class BadPointer extends Error {
  override readonly name = 'BadPointer'
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const maxText = 4 << 20

export class GuestMemory {
  readonly #memory: () => WebAssembly.Memory

  constructor(memory: () => WebAssembly.Memory) {
    this.#memory = memory
  }

  /** A view, valid until the module runs again. */
  bytes(pointer: number, length: number): Uint8Array {
    const { buffer } = this.#memory()
    const start = pointer >>> 0
    const size = length >>> 0
    if (start + size > buffer.byteLength) {
      throw new BadPointer(
        `${size} bytes at ${start} are outside the memory of ${buffer.byteLength}`,
      )
    }
    return new Uint8Array(buffer, start, size)
  }

  text(pointer: number, length: number): string {
    const size = length >>> 0
    if (size > maxText) throw new BadPointer(`a text of ${size} bytes where ${maxText} are allowed`)
    const bytes = this.bytes(pointer, size)
    try {
      return decoder.decode(bytes)
    } catch {
      throw new BadPointer(`the text at ${pointer >>> 0} is not UTF-8`)
    }
  }

  /** The length written; minus the length needed where there is no room, and then nothing is written. */
  writeText(text: string, pointer: number, capacity: number): number {
    const bytes = encoder.encode(text)
    if (bytes.length > capacity >>> 0) return -bytes.length
    this.bytes(pointer, bytes.length).set(bytes)
    return bytes.length
  }

  readU32(pointer: number): number {
    return this.#view(pointer, 4).getUint32(0, true)
  }

  writeU8(pointer: number, value: number): void {
    this.#view(pointer, 1).setUint8(0, value)
  }

  writeU16(pointer: number, value: number): void {
    this.#view(pointer, 2).setUint16(0, value, true)
  }

  writeU32(pointer: number, value: number): void {
    this.#view(pointer, 4).setUint32(0, value, true)
  }

  writeU64(pointer: number, value: bigint): void {
    this.#view(pointer, 8).setBigUint64(0, value, true)
  }

  #view(pointer: number, length: number): DataView {
    const { buffer, byteOffset } = this.bytes(pointer, length)
    return new DataView(buffer, byteOffset, length)
  }
}
