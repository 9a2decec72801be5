/** console: every line goes to the host with its level. */
import { bridge } from './host.ts'
import { toText } from './intrinsics.ts'
import { show, showAll } from './show.ts'

type Level = 'debug' | 'info' | 'log' | 'warn' | 'error'
type Print = (...values: readonly unknown[]) => void

let indent = ''
const counts: Map<string, number> = new Map()
const timers: Map<string, number> = new Map()

function write(level: Level, text: string): void {
  bridge('log', level, indent + text)
}

function printer(level: Level): Print {
  return (...values) => {
    write(level, showAll(values))
  }
}

function elapsed(label: string): string {
  return `${label}: ${Date.now() - (timers.get(label) ?? Date.now())} ms`
}

export const guestConsole: Readonly<Record<string, Print>> = Object.freeze({
  debug: printer('debug'),
  info: printer('info'),
  log: printer('log'),
  warn: printer('warn'),
  error: printer('error'),
  dir: (value: unknown) => {
    write('log', show(value))
  },
  table: (rows: unknown) => {
    const lines = Array.isArray(rows) ? rows : [rows]
    for (const row of lines) write('log', show(row))
  },
  trace: (...values: readonly unknown[]) => {
    write('debug', `Trace: ${showAll(values)}\n${new Error('trace').stack ?? ''}`)
  },
  assert: (condition: unknown, ...values: readonly unknown[]) => {
    if (!condition) {
      write('error', `Assertion failed${values.length > 0 ? ': ' : ''}${showAll(values)}`)
    }
  },
  count: (label: unknown = 'default') => {
    const name = toText(label)
    counts.set(name, (counts.get(name) ?? 0) + 1)
    write('log', `${name}: ${counts.get(name) ?? 0}`)
  },
  countReset: (label: unknown = 'default') => {
    counts.delete(toText(label))
  },
  group: (...values: readonly unknown[]) => {
    if (values.length > 0) write('log', showAll(values))
    if (indent.length < 40) indent += '  '
  },
  groupEnd: () => {
    indent = indent.slice(2)
  },
  time: (label: unknown = 'default') => {
    timers.set(toText(label), Date.now())
  },
  timeLog: (label: unknown = 'default') => {
    write('log', elapsed(toText(label)))
  },
  timeEnd: (label: unknown = 'default') => {
    write('log', elapsed(toText(label)))
    timers.delete(toText(label))
  },
})
