/**
 * Other people's text made safe to show: escape sequences, control, bidi and invisible characters, lone surrogates.
 * The ranges are spelled out instead of taken from `\p{…}`, whose meaning changes with the Unicode version of each Node.
 */

/** Everything that is not plain printable ASCII, tab or newline; most text has none, and passes at once. */
const suspicious = /[^\t\n -~]/

const escapeSequences =
  // oxlint-disable-next-line no-control-regex -- escape sequences are what it looks for
  /\u001B\][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[PX^_][^\u001B\u009C]*(?:\u001B\\|\u009C)|\u001B[ -/]*[0-~]?/g

/** Anything that `cleanLine` would change. */
const untidy = /[^ -~]| {2}|^ | $/

const lineBreaks = /\r\n?|[\u0085\u2028\u2029]/g

/** Control, bidi, zero-width, filler and tag characters, and variation selectors other than a first FE0E/FE0F. */
const invisible = new RegExp(
  [
    '[\\0-\\x08\\x0B-\\x1F\\x7F-\\x84\\x86-\\x9F\\xAD]',
    '[\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F]',
    '[\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u2800\\u3164]',
    '[\\uFE00-\\uFE0D\\uFEFF\\uFFA0\\uFFF0-\\uFFFB]',
    '(?<=[\\uFE0E\\uFE0F])[\\uFE0E\\uFE0F]',
    '[\\u{13430}-\\u{1345F}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}]',
  ].join('|'),
  'gu',
)

const loneSurrogates = /[\uD800-\uDFFF]/gu

/** What the three above could touch, as one cheap look: dashes, curly quotes and other languages pass. */
const mayHide = new RegExp(
  '[\\0-\\x08\\x0B-\\x1F\\x7F-\\x9F\\xAD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F' +
    '\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uD800-\\uDFFF\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB]',
)

/** Several lines of someone else's text, safe on a terminal, in a comment's body and in Markdown's plain text. */
export function cleanText(text: string): string {
  if (!suspicious.test(text) || !mayHide.test(text)) return text
  return text
    .replace(lineBreaks, '\n')
    .replace(escapeSequences, '')
    .replace(loneSurrogates, '\uFFFD')
    .replace(invisible, '')
}

/** The same on one line: every run of white space becomes one blank, none is left at the ends. */
export function cleanLine(text: string): string {
  if (!untidy.test(text)) return text
  return cleanText(text).replace(/\s+/g, ' ').trim()
}

/** True where the text holds something `cleanText` would take out: a sign that someone hides something. */
export function isSuspicious(text: string): boolean {
  return suspicious.test(text) && cleanText(text) !== text.replace(lineBreaks, '\n')
}

/**
 * A name in double quotes as messages show it: at most `maxLength` characters of it, and every character that could hide or
 * reorder something spelled `\u{…}`, so that two names that differ also look different.
 */
export function quoteName(name: string, maxLength = 120): string {
  const shown = name.length > maxLength ? `${name.slice(0, safeCut(name, maxLength))}…` : name
  return replaceHidden(JSON.stringify(shown), spellOut)
}

/** Replaces each character that `cleanText` would take out or turn into a line break, and blanks that look like others. */
export function replaceHidden(text: string, spell: (character: string) => string): string {
  if (!suspicious.test(text)) return text
  return text
    .replace(loneSurrogates, spell)
    .replace(invisible, spell)
    .replace(/[\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/g, spell)
}

/** Where to cut so that no surrogate pair is split. */
export function safeCut(text: string, length: number): number {
  const last = text.charCodeAt(length - 1)
  return length > 0 && length < text.length && last >= 0xd8_00 && last <= 0xdb_ff
    ? length - 1
    : length
}

function spellOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`
}
