/** What is refused before any parser sees it: sources too long, or nested deep enough to hurt a parser. */
import { ExecutionError } from '../../errors.ts'

const maxDepth = 200
const maxRegExp = 250
const openers = '([{'
const closers = ')]}'

/** Throws `PROGRAM_INVALID` for a source beyond the limits; one linear scan, no parser. */
export function precheck(source: string, sourceBytes: number): void {
  const bytes = Buffer.byteLength(source)
  if (bytes > sourceBytes) {
    throw invalid(
      `it has ${bytes} bytes where ${sourceBytes} are allowed; move data into files or shorten it`,
      { bytes, sourceBytes },
    )
  }
  const line = lineTooDeep(source)
  if (line !== undefined) {
    throw invalid(
      `line ${line} is nested deeper than ${maxDepth} brackets; give inner parts names of their own`,
      { line, maxDepth },
    )
  }
}

function invalid(how: string, details: Readonly<Record<string, unknown>>): ExecutionError {
  return new ExecutionError('PROGRAM_INVALID', `Cannot run the program: ${how}`, { details })
}

/**
 * The line where brackets are nested too deep. Strings, templates, comments and regular expressions are stepped over; where
 * only a parser could tell a regular expression from a division, it is read as a division. That matters only for programs
 * that try, and parsers run where a crash is survivable.
 */
function lineTooDeep(source: string): number | undefined {
  let depth = 0
  /** How deep each `${` that is still open stands. */
  const holes: number[] = []
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at)
    const isHoleEnd = char === '}' && holes.at(-1) === depth
    if (isHoleEnd) holes.pop()
    if (closers.includes(char)) depth = Math.max(0, depth - 1)
    if (isHoleEnd || char === '`') {
      at = endOfTemplateText(source, at)
      if (source.charAt(at) === '{') holes.push(depth + 1)
    } else {
      at = endOfToken(source, at)
    }
    if (openers.includes(source.charAt(at))) depth += 1
    if (depth > maxDepth) return source.slice(0, at).split('\n').length
  }
  return undefined
}

/** The last character of a string, a comment or a regular expression that starts here; else this character. */
function endOfToken(source: string, at: number): number {
  const char = source.charAt(at)
  if (char === '"' || char === "'") return endOfString(source, at, char)
  if (char !== '/') return at
  const end = endOfComment(source, at)
  return end === at && mayStartRegExp(source, at) ? endOfRegExp(source, at) : end
}

function endOfString(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source.charAt(at)
    if (char === '\\') at += 1
    else if (char === quote || char === '\n') return at
  }
  return source.length
}

/** At the closing "`", or at the "{" of the next hole. */
function endOfTemplateText(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source.charAt(at)
    if (char === '\\') at += 1
    else if (char === '`') return at
    else if (char === '$' && source.charAt(at + 1) === '{') return at + 1
  }
  return source.length
}

function endOfComment(source: string, at: number): number {
  const second = source.charAt(at + 1)
  if (second !== '/' && second !== '*') return at
  const end = second === '/' ? source.indexOf('\n', at) : source.indexOf('*/', at + 2)
  if (end === -1) return source.length
  return second === '/' ? end : end + 1
}

const beforeRegExp =
  /(?:^|[^\w$.])(?:await|case|delete|do|else|in|instanceof|of|return|throw|typeof|void|yield)$/

/** Behind a value stands a division. */
function mayStartRegExp(source: string, at: number): boolean {
  let end = at
  while (/\s/.test(source.charAt(end - 1))) end -= 1
  const last = source.charAt(end - 1)
  if (/[\w$]/.test(last)) return beforeRegExp.test(source.slice(Math.max(0, end - 12), end))
  return !/[)\]}"'`]/.test(last)
}

/** This character, where no end is near: then it was a division. Looking further each time would not be linear any more. */
function endOfRegExp(source: string, start: number): number {
  let isInClass = false
  for (let at = start + 1; at < start + maxRegExp; at += 1) {
    const char = source.charAt(at)
    if (char === '\n' || char === '') return start
    if (char === '\\') at += 1
    else if (char === '[') isInClass = true
    else if (char === ']') isInClass = false
    else if (char === '/' && !isInClass) return at
  }
  return start
}
