/** Finds the one data segment of a container; whoever reads checks the rest by encoding it again. */

const headerBytes = 8
const dataSection = 11

/** The bytes of the data segment; undefined where the module is not of the shape we write. */
export function readSegment(bytes: Uint8Array): Uint8Array | undefined {
  for (let at = headerBytes; at < bytes.length;) {
    const id = bytes[at]
    const size = readUnsigned(bytes, at + 1)
    if (size === undefined) return undefined
    if (id === dataSection) return segmentOf(bytes.subarray(size.next, size.next + size.value))
    at = size.next + size.value
  }
  return undefined
}

// One active segment: count 1, flags 0, i32.const <offset> end, length, bytes.
function segmentOf(content: Uint8Array): Uint8Array | undefined {
  const offset = readUnsigned(content, 3)
  if (offset === undefined) return undefined
  const length = readUnsigned(content, offset.next + 1)
  if (length === undefined) return undefined
  return content.subarray(length.next, length.next + length.value)
}

function readUnsigned(
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[start + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: start + index + 1 }
  }
  return undefined
}
