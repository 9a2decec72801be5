/** The few pieces of WebAssembly's binary format that a container needs, written. */

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

export function section(id: number, content: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(id), unsigned(content.length), content])
}

export function vector(items: readonly Uint8Array[]): Uint8Array {
  return concat([unsigned(items.length), ...items])
}

export function name(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  return concat([unsigned(bytes.length), bytes])
}

/** LEB128, below 2³². */
export function unsigned(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Uint8Array.of(...bytes, rest)
}

/** Signed LEB128 of a number from 0 to 2³¹−1. */
export function signed(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x40) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return Uint8Array.of(...bytes, rest)
}
