/** What is refused before any parser sees it: sources too long, or nested deep enough to hurt a parser. */
import { ExecutionError } from '../../errors.ts'

const maxDepth = 200
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
 * The line where brackets are nested too deep. Strings, templates and comments are stepped over; a regular expression
 * may be misread, which only matters for programs that try, and parsers run where a crash is survivable.
 */
function lineTooDeep(source: string): number | undefined {
  let depth = 0
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at)
    if (char === '"' || char === "'") {
      at = endOfString(source, at, char)
    } else if (char === '/') {
      at = endOfComment(source, at)
    } else if (openers.includes(char)) {
      depth += 1
      if (depth > maxDepth) return source.slice(0, at).split('\n').length
    } else if (closers.includes(char)) {
      depth = Math.max(0, depth - 1)
    }
  }
  return undefined
}

function endOfString(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source.charAt(at)
    if (char === '\\') at += 1
    else if (char === quote || char === '\n') return at
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
