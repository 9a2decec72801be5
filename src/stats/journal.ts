/** One process's own file of records: appended to, never shared, so that no writer ever waits for another. */
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import type { CallRecord, Counters } from './records.ts'

/** Where calls and counters are recorded. Recording never throws: a full disk must not fail a call. */
export interface Recorder extends Disposable {
  call(...records: readonly CallRecord[]): void
  count(counters: Counters): void
}

export interface JournalDeps {
  readonly folder: string
  readonly pid: number
  /** Called when a file is full and done with: the moment to fold files together. */
  readonly onFull?: () => void
}

/** A journal is closed and a new one begun when it has grown to this. */
export const maxJournalBytes: number = 1024 * 1024
/** A journal's last line, when its writer is done with it. */
export const endLine = '["end"]\n'

/** Every record is on disk, as far as this machine is concerned, when the call returns: kill -9 loses none. */
export function openJournal({ folder, pid, onFull }: JournalDeps): Recorder {
  let open: { readonly fd: number; bytes: number } | undefined
  const close = (): void => {
    if (open === undefined) return
    writeSync(open.fd, endLine)
    closeSync(open.fd)
    open = undefined
  }
  const append = (kind: string, values: readonly object[]): void => {
    const lines = Buffer.from(values.map(value => `${JSON.stringify([kind, value])}\n`).join(''))
    open ??= { fd: newFile(folder, pid), bytes: 0 }
    writeSync(open.fd, lines)
    open.bytes += lines.length
    if (open.bytes < maxJournalBytes) return
    close()
    onFull?.()
  }
  return {
    call: (...records) => quietly(() => append('call', records)),
    count: counters => quietly(() => append('count', [counters])),
    [Symbol.dispose]: () => quietly(close),
  }
}

function newFile(folder: string, pid: number): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return openSync(join(folder, journalName(pid)), 'ax', 0o600)
}

function journalName(pid: number): string {
  return `${pid}-${randomUUID()}.jsonl`
}

/** The process that writes a journal; undefined for a file that is none. */
export function writerOf(name: string): number | undefined {
  const pid = /^(\d+)-[0-9a-f-]{36}\.jsonl$/.exec(name)?.[1]
  return pid === undefined ? undefined : Number(pid)
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // Nothing to be done: counting is not worth a failed call.
  }
}
