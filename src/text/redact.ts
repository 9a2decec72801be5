/** Messages without secrets, and with the home folder shown as `~`. */

import { cleanText } from './clean.ts'

export interface RedactOptions {
  /** Values known to be secret (expanded variables, tokens, header values); short ones are left alone: they would hide everything. */
  readonly secrets?: Iterable<string>
  /** Absolute path of the home folder. */
  readonly home?: string
}

export const redacted = '[redacted]'
const minSecretLength = 4

/** Tokens that give themselves away by their form. */
const tokenForms =
  /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprse]-[\w-]{10,}|sk-[\w-]{16,}|(?:sk|rk|pk)_(?:live|test)_\w{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g
const authorization = /\b(Bearer|Basic|Token)(\s+)[\w.~+/=-]{8,}/gi
const userInfo = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,256}:[^\s/@]{1,256}@/gi
const assignment =
  /((?:api[_-]?key|access[_-]?key|auth[_-]?token|token|secret|passwd|password|credential|client[_-]?secret|private[_-]?key)["']?\s{0,4}[=:]\s{0,4}["']?)[^\s"',;&)}\]]{4,}/gi

/** Takes every secret out of a message: the known ones exactly, others by their form. */
export function redact(text: string, { secrets = [], home }: RedactOptions = {}): string {
  let shown = text
  // Longest first, so that a secret inside another one leaves nothing of the longer behind.
  const known = [...new Set(secrets)].filter(secret => secret.length >= minSecretLength)
  for (const secret of known.toSorted((a, b) => b.length - a.length)) {
    for (const spelling of spellings(secret)) shown = shown.replaceAll(spelling, redacted)
  }
  shown = shown
    .replace(userInfo, `$1${redacted}@`)
    .replace(authorization, `$1$2${redacted}`)
    .replace(tokenForms, redacted)
    .replace(assignment, `$1${redacted}`)
  return home === undefined ? shown : showHome(shown, home)
}

/** `/home/ann/x` → `~/x`, wherever the path stands in the text; other users' folders are untouched. */
export function showHome(text: string, home: string): string {
  const folder = home.replace(/[/\\]+$/, '')
  if (folder === '') return text
  const pattern = folder.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return text.replace(new RegExp(`${pattern}(?![\\w.-])`, 'g'), '~')
}

function spellings(secret: string): Set<string> {
  const inJson = JSON.stringify(secret).slice(1, -1)
  const base64 = Buffer.from(secret).toString('base64')
  return new Set([secret, inJson, encodeURIComponent(cleanText(secret)), base64])
}
