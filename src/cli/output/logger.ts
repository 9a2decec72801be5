/** Log lines on stderr, as text or as one JSON object a line; secrets are taken out and home is shown as "~". */
import { redact } from '../../text/index.ts'
import type { Colors } from './colors.ts'

export type LogFormat = 'text' | 'json'
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
}

export interface LoggerDeps {
  readonly write: (line: string) => void
  readonly format: LogFormat
  /** The least serious level that is still written. */
  readonly level: LogLevel
  readonly colors: Colors
  readonly home: string
  readonly now: () => number
}

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

export function createLogger(deps: LoggerDeps): Logger {
  const wanted = levels.indexOf(deps.level)
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (levels.indexOf(level) > wanted) return
      const line = deps.format === 'json' ? jsonLine : textLine
      deps.write(`${redact(line(level, { message, fields }, deps), { home: deps.home })}\n`)
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

interface Entry {
  readonly message: string
  readonly fields: LogFields
}

function jsonLine(level: LogLevel, { message, fields }: Entry, { now }: LoggerDeps): string {
  return JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...fields })
}

function textLine(level: LogLevel, { message, fields }: Entry, { colors }: LoggerDeps): string {
  const paint = { error: colors.red, warn: colors.yellow, info: colors.cyan, debug: colors.dim }
  const shown = Object.entries(fields).map(([key, value]) => ` ${key}=${fieldText(value)}`)
  return `${paint[level](level)} ${message}${colors.dim(shown.join(''))}`
}

function fieldText(value: unknown): string {
  const plain = typeof value === 'string' && /^[\w./:@~-]+$/.test(value)
  return plain ? value : (JSON.stringify(value) ?? 'undefined')
}
