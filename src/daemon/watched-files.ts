/** Files that remember what was read through them, so that a look at their dates tells whether anything changed. */
import { statSync } from 'node:fs'

import { type ConfigFiles, nodeFiles } from '../config/index.ts'

export interface WatchedFiles {
  /** The view to read through. */
  readonly files: ConfigFiles
  /** False once anything that was looked at is no longer as it was. */
  readonly unchanged: () => boolean
}

/** Calls that follow each other this closely share one look: less than it takes to start the process that makes the next. */
export const lookEveryMs = 25

/** `also` are paths to watch that are not read through the view. */
export function watchFiles(
  also: readonly string[],
  now: () => number = () => performance.now(),
): WatchedFiles {
  const seen = new Map(also.map(path => [path, stateOf(path)]))
  // Looked at before it is read: a change in between is seen as one.
  const note = (path: string): void => {
    if (!seen.has(path)) seen.set(path, stateOf(path))
  }
  const files: ConfigFiles = {
    read: path => (note(path), nodeFiles.read(path)),
    exists: path => (note(path), nodeFiles.exists(path)),
    isFile: path => (note(path), nodeFiles.isFile(path)),
  }
  let lookedAt = -Infinity
  const unchanged = (): boolean => {
    if (now() - lookedAt < lookEveryMs) return true
    const same = [...seen].every(([path, state]) => stateOf(path) === state)
    if (same) lookedAt = now()
    return same
  }
  return { files, unchanged }
}

function stateOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? 'absent' : `${stats.ino} ${stats.size} ${stats.ctimeNs}`
}
