/** Every bound of a connection, in one place; each is reached and exceeded by a test (contract §4). */
import type { ServerSettings } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import { mebibyte } from '../ids.ts'

export interface ClientLimits {
  /** From spawn or first request to the end of the handshake. */
  readonly connectMs: number
  /** One whole listing, every page of it. */
  readonly discoverMs: number
  /** One tool call. */
  readonly callMs: number
  readonly maxTools: number
  readonly maxPages: number
  /** One stdout line, HTTP body or SSE event. */
  readonly maxMessageBytes: number
  /** How long a server may take to exit once its stdin has ended, before SIGTERM. */
  readonly closeGraceMs: number
  /** And after SIGTERM, before SIGKILL. */
  readonly terminateGraceMs: number
}

export const defaultClientLimits: ClientLimits = {
  connectMs: 30_000,
  discoverMs: 30_000,
  callMs: 60_000,
  maxTools: 1000,
  maxPages: 1000,
  maxMessageBytes: 32 * mebibyte,
  closeGraceMs: 250,
  terminateGraceMs: 2000,
}

/** The most a caller may raise each bound to. */
export const highestClientLimits: ClientLimits = {
  connectMs: 600_000,
  discoverMs: 600_000,
  callMs: 24 * 3_600_000,
  maxTools: 10_000,
  maxPages: 10_000,
  maxMessageBytes: 512 * mebibyte,
  closeGraceMs: 60_000,
  terminateGraceMs: 60_000,
}

/** How much of a server's stderr is kept. */
export const keptStderrBytes: number = 64 * 1024

/** Defaults, then the server's settings, then the caller's overrides; throws INVALID_ARGUMENT for one out of range. */
export function clientLimits(
  settings: ServerSettings,
  overrides: Partial<ClientLimits> = {},
): ClientLimits {
  const configured = {
    connectMs: milliseconds(settings.connectTimeoutSecs),
    discoverMs: milliseconds(settings.discoverTimeoutSecs),
    callMs: milliseconds(settings.callTimeoutSecs),
    maxTools: settings.maxTools,
  }
  const limits = { ...defaultClientLimits, ...defined(configured), ...defined(overrides) }
  for (const name of limitNames) checkLimit(name, limits[name])
  return limits
}

const limitNames = [
  'connectMs',
  'discoverMs',
  'callMs',
  'maxTools',
  'maxPages',
  'maxMessageBytes',
  'closeGraceMs',
  'terminateGraceMs',
] as const

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000
}

function defined(limits: Partial<ClientLimits>): Partial<ClientLimits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

function checkLimit(name: (typeof limitNames)[number], value: number): void {
  const highest = highestClientLimits[name]
  if (value > 0 && value <= highest) return
  throw new ExecutionError(
    'INVALID_ARGUMENT',
    `Cannot use the limit "${name}": it is ${value}; give more than 0 and at most ${highest}`,
    { details: { limit: name, value, highest } },
  )
}
