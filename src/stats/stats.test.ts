import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { endLine, maxJournalBytes, openJournal } from './journal.ts'
import { type CallRecord, maxCountedTools, maxRecentCalls } from './records.ts'
import { countJournals, foldStats, readStats } from './store.ts'

const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'stats-')), 'stats')
const record = (change: Partial<CallRecord> = {}): CallRecord => ({
  at: 1000,
  server: 'github',
  tool: 'create_issue',
  argsDigest: 'ab',
  durationMs: 5,
  outcome: 'ok',
  cached: false,
  bytesIn: 10,
  bytesOut: 20,
  ...change,
})
/** A process id that was, and is no more. */
const deadPid = spawnSync(process.execPath, ['-e', '']).pid

test('calls and counters add up over journals of several writers, folded or not', async () => {
  const folder = newFolder()
  {
    using first = openJournal({ folder, pid: process.pid })
    first.call(record())
    first.call(record({ outcome: 'tool_error', durationMs: 9, at: 2000 }))
    first.count({ 'runtime.executions': 2 })
  }
  await foldStats(folder)
  expect(await countJournals(folder)).toBe(0)
  using second = openJournal({ folder, pid: process.pid })
  second.call(record({ cached: true, at: 500 }))
  second.count({ 'runtime.executions': 1 })
  const { since, outcomes, tools, counters, recent } = await readStats(folder)
  expect(since).toBe(500)
  expect([...outcomes]).toEqual([
    ['ok', 2],
    ['tool_error', 1],
  ])
  expect([...tools]).toEqual([
    [
      'github\ncreate_issue',
      {
        calls: 3,
        ok: 2,
        failed: 1,
        cached: 1,
        durationMs: 19,
        maxMs: 9,
        bytesIn: 30,
        bytesOut: 60,
      },
    ],
  ])
  expect([...counters]).toEqual([['runtime.executions', 3]])
  expect(recent.map(call => call.at)).toEqual([500, 1000, 2000])
})

test('folding leaves the journal of a writer that lives, and takes that of one that died mid-line', async () => {
  const folder = newFolder()
  using living = openJournal({ folder, pid: process.pid })
  living.call(record())
  const killed = openJournal({ folder, pid: deadPid })
  killed.call(record())
  const file = readdirSync(folder).find(name => name.startsWith(`${deadPid}-`)) ?? ''
  appendFileSync(join(folder, file), '["call",{"at":1,"ser')
  await foldStats(folder)
  expect(await countJournals(folder)).toBe(1)
  expect((await readStats(folder)).outcomes.get('ok')).toBe(2)
})

test('a fold killed before it deleted what it had added counts nothing twice', async () => {
  const folder = newFolder()
  const journal = openJournal({ folder, pid: deadPid })
  journal.call(record())
  const [name = ''] = readdirSync(folder)
  const line = `["call",${JSON.stringify(record())}]\n`
  await foldStats(folder)
  writeFileSync(join(folder, name), line + endLine)
  // The file is named in the totals: it is what a killed fold would have left behind.
  const totals = await readStats(folder)
  expect(totals.outcomes.get('ok')).toBe(1)
  await foldStats(folder)
  expect((await readStats(folder)).outcomes.get('ok')).toBe(1)
  expect(await countJournals(folder)).toBe(0)
})

test('readers see every record exactly once while others fold', async () => {
  const folder = newFolder()
  for (let index = 0; index < 60; index++) {
    using journal = openJournal({ folder, pid: process.pid })
    journal.count({ 'skills.generated': 1 })
  }
  const reads = Array.from({ length: 8 }, () => readStats(folder))
  const folds = Array.from({ length: 4 }, () => foldStats(folder))
  const read = await Promise.all(reads)
  await Promise.all(folds)
  expect(read.map(totals => totals.counters.get('skills.generated'))).toEqual(Array(8).fill(60))
  expect((await readStats(folder)).counters.get('skills.generated')).toBe(60)
})

test('a full journal is ended and the next begun', async () => {
  const folder = newFolder()
  let full = 0
  using journal = openJournal({ folder, pid: process.pid, onFull: () => (full += 1) })
  const bytes = Buffer.byteLength(`["call",${JSON.stringify(record())}]\n`)
  const lines = Math.ceil(maxJournalBytes / bytes)
  for (let index = 0; index < lines - 1; index++) journal.call(record())
  expect(full).toBe(0)
  journal.call(record())
  expect(full).toBe(1)
  journal.call(record())
  expect(await countJournals(folder)).toBe(2)
  expect((await readStats(folder)).outcomes.get('ok')).toBe(lines + 1)
})

test('tools beyond the bound are counted together, and only the latest calls are kept whole', async () => {
  const folder = newFolder()
  using journal = openJournal({ folder, pid: process.pid })
  for (let index = 0; index <= maxCountedTools; index++) {
    journal.call(record({ tool: `tool\n${index}`, at: index }))
  }
  const { tools, recent } = await readStats(folder)
  expect(tools.size).toBe(maxCountedTools + 1)
  expect(tools.get('(other)\n(other)')?.calls).toBe(1)
  expect(recent.length).toBe(maxRecentCalls)
  expect(recent.at(-1)?.at).toBe(maxCountedTools)
})

test('recording never throws', () => {
  using journal = openJournal({ folder: '/dev/null/nowhere', pid: process.pid })
  expect(() => journal.call(record())).not.toThrow()
})
