/** JSON that goes between processes: no digit of it lost, and no deeper than whoever prints it can bear. */

/** Whole numbers that a double cannot hold become strings; throws as `JSON.parse` does. */
export function parseExactly(json: string): unknown {
  return JSON.parse(mayLoseDigits(json) ? quoteUnsafeIntegers(json) : json)
}

/** A JSON-RPC message, or a batch of them: structured results keep their digits, everything else is as `JSON.parse` reads it. */
export function parseMessage(json: string): unknown {
  const message: unknown = JSON.parse(json)
  const messages: readonly unknown[] = Array.isArray(message) ? message : [message]
  return mayLoseDigits(json) && messages.some(isStructuredAnswer) ? parseExactly(json) : message
}

/** Deepest nesting of a value that goes from one process to another: no answer is meant to, and printing it would overflow. */
export const maxValueDepth = 1000

/** Whether arrays and objects nest deeper than that in a JSON value. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(member => isNestedDeeper(member, levels - 1))
}

function mayLoseDigits(json: string): boolean {
  return /\d{16}/.test(json)
}

function isStructuredAnswer(message: unknown): boolean {
  const result = memberOf(message, 'result')
  return memberOf(result, 'structuredContent') !== undefined
}

function memberOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  return isObject ? Reflect.get(value, name) : undefined
}

/** One linear walk: a matcher that steps over strings of some megabytes overflows. */
function quoteUnsafeIntegers(json: string): string {
  const mark = /"|-?\d{16,}/g
  let quoted = ''
  let from = 0
  for (let found = mark.exec(json); found !== null; found = mark.exec(json)) {
    const [text] = found
    if (text === '"') {
      mark.lastIndex = endOfString(json, found.index)
    } else if (isWhole(json, found.index, mark.lastIndex) && !Number.isSafeInteger(Number(text))) {
      quoted += `${json.slice(from, found.index)}"${text}"`
      from = mark.lastIndex
    }
  }
  return quoted + json.slice(from)
}

/** No part of a fraction, nor of an exponent. */
function isWhole(json: string, start: number, end: number): boolean {
  return !/[.eE+-]/.test(json.charAt(start - 1)) && !/[.eE]/.test(json.charAt(end))
}

function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end - 1
    while (json.charAt(before) === '\\') before -= 1
    if ((end - before) % 2 === 1) return end + 1
  }
  return json.length
}
