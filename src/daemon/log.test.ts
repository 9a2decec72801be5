import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type DaemonLog, maxLogBytes, openLog } from './log.ts'

let folder: string
let file: string
let log: DaemonLog
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-log-'))
  file = join(folder, 'state/daemon.log')
  log = openLog({ file, home: '/home/ann', now: () => 0 })
})
afterEach(() => rmSync(folder, { recursive: true }))

const size = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size

/** Leaves exactly this much room for the next line. */
function fillBut(room: number): void {
  log.write('first')
  writeFileSync(file, 'x'.repeat(maxLogBytes - room))
}

test('an event is one JSON line, secrets and home replaced', () => {
  log.write('failed', { tool: 'a', message: 'in /home/ann: token=ghp_0123456789abcdef', n: 2 })
  const { pid, ...line } = JSON.parse(readFileSync(file, 'utf8'))
  expect(pid).toBe(process.pid)
  expect(line).toMatchObject({ at: '1970-01-01T00:00:00.000Z', event: 'failed', tool: 'a', n: 2 })
  expect(line.message).not.toContain('0123456789abcdef')
  expect(line.message).toContain('in ~')
})

test('a file that a line fills to the bound exactly is kept; one byte more makes it the older one', () => {
  log.write('event')
  const line = size(file) ?? 0
  fillBut(line)
  log.write('event')
  expect([size(file), size(`${file}.1`)]).toEqual([maxLogBytes, undefined])
  log.write('event')
  expect([size(file), size(`${file}.1`)]).toEqual([line, maxLogBytes])
  fillBut(line - 1)
  log.write('event')
  expect([size(file), size(`${file}.1`)]).toEqual([line, maxLogBytes - line + 1])
})

test('a fact of 2000 characters is kept whole, a longer one is cut', () => {
  log.write('event', { text: 'x'.repeat(2000) })
  log.write('event', { text: 'x'.repeat(2001) })
  const [whole, cut] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).text.length)
  expect([whole, cut]).toEqual([2000, 2000])
})
