/** A short string that a regular expression matches, read off the expression itself: nothing is ever executed. */

interface Reader {
  readonly pattern: string
  at: number
}

const maxLength = 200
const maxPattern = 2000

/** A matching string; undefined for what this reader does not know (look-around, back-references, properties). */
export function sampleOfPattern(pattern: string): string | undefined {
  if (pattern.length > maxPattern) return undefined
  const reader: Reader = { pattern, at: 0 }
  const sample = alternatives(reader)
  const whole = sample !== undefined && reader.at === pattern.length && sample.length <= maxLength
  return whole ? sample : undefined
}

/** Reads all branches, keeps the first that could be made. */
function alternatives(reader: Reader): string | undefined {
  let sample = sequence(reader)
  while (peek(reader) === '|') {
    reader.at += 1
    const other = sequence(reader)
    if (sample === undefined || (sample === '' && other !== undefined)) sample = other
  }
  return sample
}

function sequence(reader: Reader): string | undefined {
  let sample: string | undefined = ''
  while (reader.at < reader.pattern.length && !'|)'.includes(peek(reader))) {
    const piece = atom(reader)
    const times = leastRepeats(reader)
    if (times === 0) continue
    if (piece === undefined || sample === undefined || sample.length > maxLength) sample = undefined
    else sample += piece.repeat(Math.min(times, maxLength + 1))
  }
  return sample
}

function atom(reader: Reader): string | undefined {
  const character = take(reader)
  if (character === '^' || character === '$') return ''
  if (character === '.') return 'x'
  if (character === '(') return group(reader)
  if (character === '[') return characterClass(reader)
  if (character === '\\') return escaped(reader)
  return character
}

function group(reader: Reader): string | undefined {
  const opening =
    /^\?(?::|<[A-Za-z_$][\w$]*>|[=!]|<[=!])/.exec(reader.pattern.slice(reader.at))?.[0] ?? ''
  reader.at += opening.length
  const sample = alternatives(reader)
  reader.at += 1
  const looksAround = opening.endsWith('=') || opening.endsWith('!')
  return looksAround ? '' : sample
}

/** The first character a class holds. */
function characterClass(reader: Reader): string | undefined {
  const negated = peek(reader) === '^'
  if (negated) reader.at += 1
  const members: string[] = []
  for (let first = true; reader.at < reader.pattern.length; first = false) {
    if (peek(reader) === ']' && !(first && negated)) break
    members.push(member(reader))
  }
  reader.at += 1
  if (!negated) return members.find(found => found !== '')?.slice(0, 1)
  return [...'aA0_-x .'].find(candidate => !members.some(range => covers(range, candidate)))
}

/** One member of a class: a character, or a range as its two ends. */
function member(reader: Reader): string {
  const from =
    take(reader) === '\\' ? (escaped(reader) ?? '') : reader.pattern.charAt(reader.at - 1)
  if (peek(reader) !== '-' || reader.pattern.charAt(reader.at + 1) === ']') return from
  reader.at += 1
  const to = take(reader) === '\\' ? (escaped(reader) ?? '') : reader.pattern.charAt(reader.at - 1)
  return `${from}${to}`
}

function covers(range: string, candidate: string): boolean {
  return candidate >= range.charAt(0) && candidate <= range.charAt(range.length - 1)
}

const classes: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  b: '',
  B: '',
  n: '\n',
  r: '\r',
  t: '\t',
}

function escaped(reader: Reader): string | undefined {
  const character = take(reader)
  if (Object.hasOwn(classes, character)) return classes[character]
  if (character === 'x' || character === 'u') return codePoint(reader, character)
  if (character === 'p' && peek(reader) === '{') return property(reader)
  if (/[\dkpP]/.test(character)) return undefined
  return character
}

/** `\\p{…}`: mostly letters or numbers; whoever shows the sample checks it. */
function property(reader: Reader): string {
  const end = reader.pattern.indexOf('}', reader.at)
  const name = reader.pattern.slice(reader.at + 1, end)
  reader.at = end + 1
  if (name.startsWith('N')) return '1'
  return /^(Lu|Uppercase)/.test(name) ? 'A' : 'a'
}

function codePoint(reader: Reader, kind: string): string | undefined {
  const rest = reader.pattern.slice(reader.at)
  const hex =
    kind === 'x' ? /^[\da-f]{2}/i.exec(rest) : /^(?:[\da-f]{4}|\{[\da-f]{1,6}\})/i.exec(rest)
  if (hex === null) return kind
  reader.at += hex[0].length
  const value = Number.parseInt(hex[0].replaceAll(/[{}]/g, ''), 16)
  return value <= 0x10_ffff ? String.fromCodePoint(value) : undefined
}

function leastRepeats(reader: Reader): number {
  const found = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at))
  if (found === null) return 1
  reader.at += found[0].length
  if (found[1] !== undefined) return Number(found[1])
  return found[0].startsWith('+') ? 1 : 0
}

function peek(reader: Reader): string {
  return reader.pattern.charAt(reader.at)
}

function take(reader: Reader): string {
  reader.at += 1
  return reader.pattern.charAt(reader.at - 1)
}
