/** The worker's side of the bridge: what the prelude asks for, counted and bounded. */
import { randomBytes } from 'node:crypto'

import type { Limits } from '../limits.ts'
import type { LogEntry } from '../outcome.ts'
import type { Answer, Call } from './protocol.ts'
import { Stop } from './stop.ts'

export interface GuestHostDeps {
  readonly limits: Limits
  readonly startedAt: number
  /** Blocks until the main thread answered; throws Stop. */
  readonly ask: (call: Call) => Answer
  readonly send: (calls: readonly Call[]) => void
}

/** So many calls travel together: the main thread begins with them while the program makes more. */
const callsAMessage = 8

/** As in the prelude (guest/calls.ts). */
const maxAheadText = 4096

/** A program names its level itself: "constructor" is none. */
const levels: ReadonlyMap<string, LogEntry['level']> = new Map(
  (['debug', 'info', 'log', 'warn', 'error'] as const).map(level => [level, level]),
)

/** What a line costs beside its text: a flood of short lines is as much work for the host as one of long ones. */
const logEntryBytes = 32

export class GuestHost {
  readonly logs: LogEntry[] = []
  #outbox: Call[] = []
  #logBytes = 0
  #hostCalls = 0
  #sent = 0
  #hasTimers = false
  #asked = 0
  #inFlight = 0
  readonly #deps: GuestHostDeps

  constructor(deps: GuestHostDeps) {
    this.#deps = deps
  }

  get hostCalls(): number {
    return this.#hostCalls
  }

  /** A timer was set in this run; until then nobody needs to ask when one is due. */
  get hasTimers(): boolean {
    return this.#hasTimers
  }

  get inFlight(): number {
    return this.#inFlight
  }

  answered(): void {
    this.#inFlight -= 1
  }

  /** Hands over the calls that wait for company. */
  flush(): void {
    if (this.#outbox.length === 0) return
    this.#deps.send(this.#outbox)
    this.#outbox = []
  }

  bridge([operation = '', ...args]: readonly string[]): string {
    switch (operation) {
      case 'admit':
        return this.#admit()
      case 'send':
        return this.#send(args)
      case 'ask':
        return this.#ask(args)
      case 'log':
        return this.#log(args)
      case 'timers':
        this.#hasTimers = true
        return ''
      case 'random':
        return randomBytes(boundedCount(args[0])).toString('hex')
      case 'url':
        return askUrl(args)
      default:
        return ''
    }
  }

  warn(message: string): void {
    this.logs.push({ level: 'warn', message, atMs: this.#elapsed() })
  }

  #elapsed(): number {
    return Math.max(0, Math.round(performance.now() - this.#deps.startedAt))
  }

  /** Empty, or why there is one call too many. */
  #admit(): string {
    const max = this.#deps.limits.hostCalls
    this.#hostCalls += 1
    return this.#hostCalls > max
      ? `Host function call limit exceeded: ${this.#hostCalls}/${max}`
      : ''
  }

  #send([id = '', operation = '', target = '', payload = '']: readonly string[]): string {
    const { inFlight, hostCalls } = this.#deps.limits
    // The prelude keeps count; a program that broke it may not send more than an honest one. Calls admitted before there
    // was one too many may still wait in its line.
    if (this.#inFlight >= 2 * inFlight || this.#sent >= hostCalls) return ''
    if (payload.length > maxAheadText && this.#inFlight >= inFlight) return ''
    this.#sent += 1
    this.#inFlight += 1
    this.#outbox.push({ id, operation, target, payload })
    if (this.#outbox.length >= callsAMessage) this.flush()
    return ''
  }

  #ask([operation = '', payload = '']: readonly string[]): string {
    if (this.#overLimit()) return '0{"message":"Host function call limit exceeded"}'
    this.flush()
    this.#asked += 1
    const answer = this.#deps.ask({ id: `ask${this.#asked}`, operation, target: '', payload })
    return `${answer.ok ? '1' : '0'}${answer.text}`
  }

  #overLimit(): boolean {
    return this.#hostCalls > this.#deps.limits.hostCalls
  }

  #log([level = '', message = '']: readonly string[]): string {
    const max = this.#deps.limits.consoleBytes
    this.#logBytes += Buffer.byteLength(message) + logEntryBytes
    if (this.#logBytes > max) {
      throw new Stop('console', `Console output limit exceeded: ${this.#logBytes}/${max} bytes`)
    }
    this.logs.push({ level: levels.get(level) ?? 'log', message, atMs: this.#elapsed() })
    return ''
  }
}

function boundedCount(text = '0'): number {
  const count = Number.parseInt(text, 10)
  return count >= 0 && count <= 65_536 ? count : 0
}

const urlParts = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const
const maxUrl = 65_536

/** The platform's own URL parser, on bounded text. */
function askUrl([verb = '', first = '', second, third]: readonly string[]): string {
  try {
    const text = [first, second, third].join('')
    if (text.length > maxUrl) return ''
    const url = new URL(first, verb === 'parse' ? second : undefined)
    if (verb === 'set' && second !== undefined) Reflect.set(url, second, third)
    return JSON.stringify(Object.fromEntries(urlParts.map(part => [part, url[part]])))
  } catch {
    return ''
  }
}
