/**
 * Server text on its way into a skill. Clients execute what they find in a skill's body (`` !`cmd` ``, ```` ```! ````),
 * expand `$ARGUMENTS` and `@file` in it, and read `---` and ` #` in its frontmatter: none of that may come from a server.
 */
import { cleanText, truncate } from '../text/index.ts'

/** One line of prose: no markup a client or a Markdown reader would act on; at most `maxLength` UTF-16 units. */
export function proseLine(text: string, maxLength: number): string {
  return truncate(disarm(cleanText(text)).replaceAll(/\s+/g, ' ').trim(), maxLength)
}

/** Many lines of prose as a Markdown quotation, which marks them as data; at most `maxLength` UTF-16 units. */
export function quotation(text: string, maxLength: number): string {
  const lines = truncate(disarm(cleanText(text)), maxLength).split('\n')
  return lines.map(line => `> ${line.trim()}`.trimEnd()).join('\n')
}

/** TypeScript or JSON inside a fence: what would be acted on is spelled as an escape, so the code still means the same. */
export function fencedCode(code: string): string {
  return code
    .replaceAll('\r', '')
    .replaceAll(/!(?=`)|`/g, escapeOne)
    .replaceAll(/\$(?=[\w{(])|(?<![\w.])@(?=[\w./~-])/g, escapeOne)
}

/** JSON text that is inert in a skill, and in a shell between single quotes. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(actedOn, escapeEach)
}

/** Text for a double-quoted YAML scalar of the frontmatter. */
export function frontmatterText(text: string, maxLength: number): string {
  return proseLine(text.replaceAll(/[{}]{2}|\{%|%\}/g, ' '), maxLength)
}

/** Letters of every language stay as they are; marks, and what hides or reorders, become escapes. */
const actedOn = /[`!$@'<>]|[^\p{L}\p{N}\p{P}\p{S} ]|---/gu

/** What we write behind a text may complete a `$` or an `@` that ends it. */
function disarm(text: string): string {
  return text
    .replaceAll(/!+(?=`)/g, '')
    .replaceAll(/`{3,}|~{3,}/g, "'''")
    .replaceAll(/\$(?=[\w{(]|\s*$)/g, '＄')
    .replaceAll(/(?<![\w.])@(?=[\w./~-]|\s*$)/g, '＠')
    .replaceAll(/-{3,}/g, '—')
    .replaceAll(/(?<=\s|^)#/g, '＃')
    .replaceAll('](', '] (')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
}

function escapeOne(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function escapeEach(characters: string): string {
  return Array.from({ length: characters.length }, (_, index) =>
    escapeOne(characters.charAt(index)),
  ).join('')
}
