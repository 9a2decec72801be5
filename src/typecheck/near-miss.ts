/** "Did you mean": the known name nearest to one that is not known. */
import { closest, distance } from 'fastest-levenshtein'

export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const wanted = plain(name)
  const same = known.find(candidate => plain(candidate) === wanted)
  if (same !== undefined) return same
  const found = closest(name, known)
  const near = distance(name, found) <= Math.max(2, Math.floor(name.length / 3))
  return near ? found : known.find(candidate => plain(candidate).includes(wanted))
}

/** Spelling differences that are none: case and separators. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
