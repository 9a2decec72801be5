/** The daemon's own diary: one JSON line an event, bounded, without secrets. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

import { cleanText, redact, truncate } from '../text/index.ts'

export interface DaemonLog {
  write(event: string, facts?: Readonly<Record<string, string | number>>): void
}

/** The file and one older one, each of this size at most. */
export const maxLogBytes: number = 1024 * 1024
const maxFactCharacters = 2000

export interface LogDeps {
  readonly file: string
  readonly home: string
  readonly now: () => number
}

/** Logging never throws: a full disk must not stop the daemon. */
export function openLog({ file, home, now }: LogDeps): DaemonLog {
  const shown = (fact: string | number): string | number =>
    typeof fact === 'number' ? fact : truncate(redact(cleanText(fact), { home }), maxFactCharacters)
  return {
    write(event, facts = {}) {
      const entries = Object.entries(facts).map(([name, fact]) => [name, shown(fact)] as const)
      const at = new Date(now()).toISOString()
      const line = JSON.stringify({ at, pid: process.pid, event, ...Object.fromEntries(entries) })
      try {
        append(file, `${line}\n`)
      } catch {
        // See above.
      }
    },
  }
}

function append(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size + Buffer.byteLength(line) > maxLogBytes) renameSync(file, `${file}.1`)
  appendFileSync(file, line, { mode: 0o600 })
}
