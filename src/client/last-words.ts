/** What a server said on stderr before it failed: the lines that tell why, not the trace below them. */
import { cleanLine, truncate } from '../text/index.ts'

const shownLines = 5
const shownLineLength = 400

/** Stack frames, the place in Node's own code, the version below the trace, lone brackets and carets. */
const noise =
  /^(?:at .*|node:internal\S*|throw \w+;?|Node\.js v\S+|requireStack: \[\],?|[^\p{L}\p{N}]+)$/u

/** "TypeError: …", "fatal: …", "panic: …" */
const headline = /(?:\b\w*(?:error|exception)|^fatal|^panic)\b[^:]{0,40}:/iu

/** The last lines, on one; from the last that names an error where the end alone would leave it out. */
export function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map(line => truncate(cleanLine(line).trim(), shownLineLength))
    .filter(line => line !== '')
  const telling = lines.filter(line => !noise.test(line))
  const shown = telling.length > 0 ? telling : lines
  const end = Math.max(0, shown.length - shownLines)
  const named = shown.findLastIndex(line => headline.test(line))
  const from = named === -1 ? end : Math.min(named, end)
  return shown.slice(from, from + shownLines).join(' | ')
}
