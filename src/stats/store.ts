/** Adds up every process's journal, exactly, whoever else writes or folds at the same moment. */
import { link, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { endLine, writerOf } from './journal.ts'
import { type CallRecord, type Totals, addCall, addCounters, latest } from './records.ts'

/** Journals are folded into the totals' file when there are more than this. */
export const maxJournals = 32

/** Every record made so far by any process. */
export async function readStats(folder: string): Promise<Totals> {
  // Who only records need not load what reads.
  const { parseTotals } = await import('./totals-file.ts')
  for (;;) {
    const before = await readTotalsFile(folder)
    const { totals, merged } = parseTotals(before)
    const names = (await journals(folder)).filter(name => !merged.has(name))
    const texts = await Promise.all(names.map(name => readText(join(folder, name))))
    // Someone folded journals meanwhile: what was read may count one twice, or not at all.
    if ((await readTotalsFile(folder)) !== before) continue
    for (const text of texts) addLines(totals, text ?? '')
    totals.recent = latest(totals.recent)
    return totals
  }
}

/** Folds the journals of ended writers into one file. One process at a time; the others leave it to that one. */
export async function foldStats(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = join(folder, 'fold.lock')
  if (!(await takeLock(lock))) return
  try {
    await fold(folder)
  } finally {
    await rm(lock, { force: true })
  }
}

/** A lock whose holder died is only cleared: the next fold takes it. */
async function takeLock(lock: string): Promise<boolean> {
  const mine = `${lock}.${process.pid}`
  await writeFile(mine, String(process.pid), { mode: 0o600 })
  try {
    // A link appears with its content, so nobody ever reads a lock without an owner.
    await link(mine, lock)
    return true
  } catch {
    const holder = await readText(lock)
    if (holder !== undefined && !isAlive(Number(holder))) await rm(lock, { force: true })
    return false
  } finally {
    await rm(mine, { force: true })
  }
}

async function fold(folder: string): Promise<void> {
  const { parseTotals, printTotals } = await import('./totals-file.ts')
  const { totals, merged } = parseTotals(await readTotalsFile(folder))
  const names = await journals(folder)
  // Left from a fold that was killed between writing the totals and deleting what is in them.
  const leftover = names.filter(name => merged.has(name))
  const ended: string[] = []
  for (const name of names.filter(each => !merged.has(each))) {
    const text = await readText(join(folder, name))
    if (text === undefined || !hasEnded(name, text)) continue
    addLines(totals, text)
    ended.push(name)
  }
  totals.recent = latest(totals.recent)
  await writeTotalsFile(folder, printTotals(totals, [...leftover, ...ended]))
  await Promise.all([...leftover, ...ended].map(name => rm(join(folder, name), { force: true })))
}

function hasEnded(name: string, text: string): boolean {
  return text.endsWith(endLine) || !isAlive(writerOf(name) ?? 0)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function journals(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(name => writerOf(name) !== undefined).toSorted()
}

/** How many journals wait to be folded. */
export async function countJournals(folder: string): Promise<number> {
  return (await journals(folder)).length
}

function addLines(totals: Totals, text: string): void {
  for (const line of text.split('\n')) {
    const entry = parseLine(line)
    if (entry === undefined) continue
    const [kind, value] = entry
    if (kind === 'call' && isCall(value)) addCall(totals, value)
    if (kind === 'count' && isCounters(value)) addCounters(totals, value)
  }
}

// The last line of a writer that was killed may be cut.
function parseLine(line: string): readonly unknown[] | undefined {
  if (line === '') return undefined
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isCall(value: unknown): value is CallRecord {
  return typeof value === 'object' && value !== null && 'server' in value && 'outcome' in value
}

function isCounters(value: unknown): value is Record<string, number> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(count => typeof count === 'number')
  )
}

function readTotalsFile(folder: string): Promise<string | undefined> {
  return readText(join(folder, 'totals.json'))
}

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined)
}

async function writeTotalsFile(folder: string, text: string): Promise<void> {
  const temporary = join(folder, 'totals.json.new')
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, join(folder, 'totals.json'))
}
