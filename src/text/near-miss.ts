/** "Did you mean": the known name nearest to one that is not known. */
import { closest, distance } from 'fastest-levenshtein'

import { quoteName } from './clean.ts'

/** Case and separators count for nothing; undefined where nothing comes near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 256) return undefined
  const wanted = plain(name)
  const same = known.find(candidate => plain(candidate) === wanted)
  if (same !== undefined) return same
  const found = closest(name, [...known])
  if (distance(name, found) <= Math.max(2, Math.floor(name.length / 3))) return found
  return wanted === '' ? undefined : known.find(candidate => plain(candidate).includes(wanted))
}

/** `did you mean "x"?`, to stand after what is wrong; undefined where nothing comes near. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known)
  return near === undefined ? undefined : `did you mean ${quoteName(near)}?`
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
