/** The printer's alphabet: the only ways other people's text gets into generated code. */
import { cleanLine, cleanText, replaceHidden } from '../text/index.ts'

const plainString = /^[ !#-[\]-~]*$/
const plainKey = /^[A-Za-z_$][A-Za-z0-9_$]*$/
/** What tools read out of comments as orders to them. */
const directive = /@(?=ts-(?:ignore|expect-error|nocheck|check))|(?<=source(?:Mapping)?URL)=/g
const mayDirect = /@ts-|URL=/

/** A string literal whose value is exactly `text`, on one line, in plain sight. */
export function quote(text: string): string {
  if (plainString.test(text)) return `"${text}"`
  return replaceHidden(JSON.stringify(text), escapeUnits)
}

/** A property key, never renamed: bare where it is an identifier, quoted else. */
export function key(name: string): string {
  return plainKey.test(name) ? name : quote(name)
}

/** Text for a `// …` comment: one line, no order to any tool. */
export function lineComment(text: string): string {
  return disarm(cleanLine(text))
}

/** Text for the inside of a block comment: lines kept, the comment's end impossible. */
export function blockComment(text: string): string {
  const lines = tidyLines(cleanText(text))
  return disarm(lines.includes('*/') ? lines.replaceAll('*/', String.raw`*\/`) : lines)
}

/** Lines without trailing blanks, at most one empty line in a row, none at the ends. */
function tidyLines(text: string): string {
  if (!text.includes('\n')) return text.trim()
  return text
    .replace(/[ \t]+(?=\n)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function disarm(text: string): string {
  if (!mayDirect.test(text)) return text
  return text.replace(directive, order => `${order} `)
}

function escapeUnits(character: string): string {
  let escaped = ''
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }
  return escaped
}
