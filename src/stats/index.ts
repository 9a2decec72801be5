export { type JournalDeps, openJournal, type Recorder } from './journal.ts'
export { type CallRecord, type Counters, type ToolTotals, type Totals } from './records.ts'
export { countJournals, foldStats, maxJournals, readStats } from './store.ts'
