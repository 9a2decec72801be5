/** Everything a command may know of the machine and of the caller's wishes: built once, passed as an argument. */
import type { Readable, Writable } from 'node:stream'

import { findPlaces, type Places, type Settings } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import type { LazyEngine } from '../execution/index.ts'
import { type Colors, colorsFor } from './output/colors.ts'
import { createLogger, type Logger, type LogFormat } from './output/logger.ts'

export type Format = 'pretty' | 'text' | 'json'
export type Verbosity = 'quiet' | 'normal' | 'verbose'

/** The three streams, and whether a person sits at their other end. */
export interface Io {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly isTerminal: { readonly in: boolean; readonly out: boolean; readonly err: boolean }
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number
}

/** What the process gives us, whatever was typed. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
  readonly tmpdir: string
  readonly platform: NodeJS.Platform
  readonly io: Io
  /** Aborts on the first Ctrl-C or SIGTERM; its reason is an INTERRUPTED error. */
  readonly signal: AbortSignal
  readonly now: () => number
  /** The engine for programs, where it was opened ahead of the command that needs it. */
  readonly engine?: LazyEngine
}

/** The global flags, read. */
export interface Preferences {
  readonly format?: Format | undefined
  readonly verbosity?: Verbosity | undefined
  readonly logFormat?: LogFormat | undefined
  readonly color?: boolean | undefined
  readonly configFile?: string | undefined
  readonly argv?: readonly string[] | undefined
  readonly settings?: Settings | undefined
}

export interface World extends Surroundings {
  /** The words typed. */
  readonly argv: readonly string[]
  /** What the user's config.toml sets. */
  readonly settings: Settings
  readonly places: Places
  readonly format: Format
  readonly verbosity: Verbosity
  /** `--config FILE`, as typed. */
  readonly configFile?: string
  /** Colours for stdout and for stderr; plain functions where colour is off. */
  readonly colors: { readonly out: Colors; readonly err: Colors }
  readonly log: Logger
  /** Writes the result to stdout. Commands use `print` from output/. */
  readonly out: (text: string) => void
  /** Tells a person something on stderr: one line, only in the pretty format, not under --quiet. */
  readonly talk: (line: string) => void
  /** All of stdin as text; throws INVALID_ARGUMENT beyond 32 MiB. */
  readonly readStdin: () => Promise<string>
}

/** Flags win over the environment, and both over settings. */
export function createWorld(surroundings: Surroundings, preferences: Preferences = {}): World {
  const { env, io, home } = surroundings
  const { verbosity = 'normal', configFile, argv = [], settings = {} } = preferences
  const format = preferences.format ?? settings['general.format'] ?? 'pretty'
  const color = preferences.color ?? (settings['general.color'] === false ? false : undefined)
  const logFormat =
    preferences.logFormat ??
    logFormatOf(env['MCP_EXECUTION_LOG_FORMAT'] ?? settings['general.log_format'])
  const errColors = colorsFor({ env, isTerminal: io.isTerminal.err, wanted: color })
  return {
    ...surroundings,
    argv,
    settings,
    places: findPlaces(surroundings),
    format,
    verbosity,
    ...(configFile === undefined ? {} : { configFile }),
    colors: {
      out: colorsFor({ env, isTerminal: io.isTerminal.out, wanted: color }),
      err: errColors,
    },
    log: createLogger({
      write: line => io.stderr.write(line),
      format: logFormat,
      level: logLevel[verbosity],
      colors: errColors,
      home,
      now: surroundings.now,
    }),
    out: text => void io.stdout.write(text),
    talk: line => {
      if (format === 'pretty' && verbosity !== 'quiet') io.stderr.write(`${line}\n`)
    },
    readStdin: () => readAll(io.stdin),
  }
}

const logLevel = { quiet: 'error', normal: 'warn', verbose: 'debug' } as const
const maxStdinBytes: number = 32 * 1024 * 1024

function logFormatOf(text: string | undefined): LogFormat {
  return text?.toLowerCase() === 'json' ? 'json' : 'text'
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += piece.length
    if (bytes > maxStdinBytes) {
      throw new ExecutionError(
        'INVALID_ARGUMENT',
        'Cannot read stdin: it is over 32 MiB; give a file',
      )
    }
    chunks.push(piece)
  }
  return Buffer.concat(chunks).toString('utf8')
}
