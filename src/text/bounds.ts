/** Text cut to size: never inside a surrogate pair, always with a mark that says so. */
import { safeCut } from './clean.ts'

/** Descriptions are kept up to this size (contract §4). */
export const maxDescriptionBytes: number = 64 * 1024
/** And shown up to this one. */
export const maxShownBytes: number = 8 * 1024

/** At most `maxLength` UTF-16 units, a final "…" included. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  if (maxLength < 1) return ''
  return `${text.slice(0, safeCut(text, maxLength - 1)).trimEnd()}…`
}

/** The first `maxBytes` of UTF-8 and, where something was cut, a mark such as "… [cut at 8 KiB of 40 KiB]". */
export function truncateBytes(text: string, maxBytes: number): string {
  // One UTF-16 unit is at most three bytes: most text needs no counting.
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.byteLength(text)
  if (bytes <= maxBytes) return text
  const kept = sliceBytes(text, maxBytes)
  return `${kept.trimEnd()}… [cut at ${formatBytes(maxBytes)} of ${formatBytes(bytes)}]`
}

/** The longest start of `text` that fits `maxBytes` of UTF-8 and splits no character. */
export function sliceBytes(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, maxBytes)))
  return text.slice(0, read)
}

/** "512 B", "8 KiB", "1.5 MiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const inKib = bytes / 1024
  const [amount, unit] = inKib < 1024 ? [inKib, 'KiB'] : [inKib / 1024, 'MiB']
  return `${Math.round(amount * 10) / 10} ${unit}`
}
