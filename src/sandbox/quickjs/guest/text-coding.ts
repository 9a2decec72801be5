/** TextEncoder and TextDecoder (utf-8, utf-16le, latin1). */
const labels: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16le': 'utf-16le',
  'utf-16': 'utf-16le',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  ascii: 'windows-1252',
  'us-ascii': 'windows-1252',
}

export class TextEncoder {
  readonly encoding = 'utf-8'

  encode(text: unknown = ''): Uint8Array {
    const source = String(text)
    const bytes = new Uint8Array(source.length * 3)
    return bytes.slice(0, encodeInto(source, bytes).written)
  }

  encodeInto(text: unknown, target: Uint8Array): { read: number; written: number } {
    return encodeInto(String(text), target)
  }
}

function encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
  let read = 0
  let written = 0
  while (read < text.length) {
    const point = scalarAt(text, read)
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    if (written + size > target.length) break
    writePoint(target, written, point)
    written += size
    read += size === 4 ? 2 : 1
  }
  return { read, written }
}

/** The code point at an index; half a surrogate pair is U+FFFD. */
function scalarAt(text: string, index: number): number {
  const point = text.codePointAt(index) ?? 0xfffd
  return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
}

function writePoint(target: Uint8Array, at: number, point: number): void {
  if (point < 0x80) {
    target[at] = point
    return
  }
  const tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
  const lead = [0, 0xc0, 0xe0, 0xf0][tail] ?? 0
  target[at] = lead | (point >> (6 * tail))
  for (let index = 1; index <= tail; index += 1) {
    target[at + index] = 0x80 | ((point >> (6 * (tail - index))) & 0x3f)
  }
}

export class TextDecoder {
  readonly encoding: string
  readonly fatal: boolean
  readonly ignoreBOM: boolean

  constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const encoding = labels[String(label).trim().toLowerCase()]
    if (encoding === undefined) throw new RangeError(`Encoding "${String(label)}" is not supported`)
    this.encoding = encoding
    this.fatal = options.fatal === true
    this.ignoreBOM = options.ignoreBOM === true
  }

  decode(input: ArrayBufferView | ArrayBuffer = new Uint8Array(0)): string {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input)
    const text = this.#decode(bytes)
    return !this.ignoreBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }

  #decode(bytes: Uint8Array): string {
    if (this.encoding === 'windows-1252') return fromUnits(bytes)
    if (this.encoding === 'utf-16le') {
      return fromUnits(new Uint16Array(bytes.slice(0, bytes.length & ~1).buffer))
    }
    return decodeUtf8(bytes, this.fatal)
  }
}

const chunk = 8192

function fromUnits(units: Uint8Array | Uint16Array): string {
  let text = ''
  for (let at = 0; at < units.length; at += chunk) {
    text += String.fromCharCode(...units.subarray(at, at + chunk))
  }
  return text
}

function decodeUtf8(bytes: Uint8Array, fatal: boolean): string {
  let text = ''
  let units: number[] = []
  let at = 0
  while (at < bytes.length) {
    const { point, size } = readPoint(bytes, at)
    if (point < 0 && fatal) throw new TypeError('The encoded data was not valid utf-8')
    const scalar = point < 0 ? 0xfffd : point
    if (scalar < 0x10000) units.push(scalar)
    else units.push(0xd7c0 + (scalar >> 10), 0xdc00 + (scalar & 0x3ff))
    at += size
    if (units.length >= chunk) {
      text += String.fromCharCode(...units)
      units = []
    }
  }
  return text + String.fromCharCode(...units)
}

/** -1 for what is no code point; `size` is then the longest valid beginning, as browsers replace it. */
function readPoint(bytes: Uint8Array, at: number): { point: number; size: number } {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return { point: lead, size: 1 }
  const tail = tailOf(lead)
  if (tail === 0) return { point: -1, size: 1 }
  let point = lead & (0x3f >> tail)
  for (let index = 1; index <= tail; index += 1) {
    const next = bytes[at + index] ?? 0
    if (!continues(lead, index, next)) return { point: -1, size: index }
    point = (point << 6) | (next & 0x3f)
  }
  return { point, size: tail + 1 }
}

/** Second bytes are narrower after some first bytes: no overlong forms, surrogates or points above U+10FFFF. */
function continues(lead: number, index: number, next: number): boolean {
  if (next < 0x80 || next > 0xbf) return false
  if (index > 1) return true
  if (lead === 0xe0) return next >= 0xa0
  if (lead === 0xed) return next <= 0x9f
  if (lead === 0xf0) return next >= 0x90
  return lead !== 0xf4 || next <= 0x8f
}

/** How many bytes follow a first byte; 0 for what is none. */
function tailOf(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 1
  if (lead >= 0xe0 && lead <= 0xef) return 2
  return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0
}
