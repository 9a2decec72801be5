/** Host calls on the main thread: counted again, timed, answered with text; whatever fails crosses as name, message, data. */
import { setMaxListeners } from 'node:events'

import { maxValueDepth } from '../../json-value.ts'
import { isJsonNestedDeeper } from '../../text/index.ts'
import type { HostCall } from '../engine.ts'
import type { Limits } from '../limits.ts'
import type { HostCallRecord } from '../outcome.ts'
import { redactPaths } from './redact-paths.ts'

export interface CallRequest {
  readonly operation: string
  readonly target: string
  readonly payload: string
}

export interface CallAnswer {
  readonly ok: boolean
  readonly text: string
}

export interface HostCallsOptions {
  readonly host: HostCall
  readonly limits: Limits
  readonly startedAt: number
}

const maxAnswerBytes = 4 << 20
const maxPayloadBytes = 4 << 20
const maxMessage = 8192
const maxData = 65_536

export class HostCalls {
  readonly #options: HostCallsOptions
  #stop: AbortController | undefined
  readonly #open = new Set<OpenCall>()
  /** Calls that wait until one in flight is answered, oldest first. */
  readonly #line: (() => void)[] = []
  readonly #records: HostCallRecord[] = []
  #count = 0
  #inFlight = 0

  constructor(options: HostCallsOptions) {
    this.#options = options
  }

  /** Made for the first call: most of what a short run costs would be this. */
  get #signal(): AbortSignal {
    if (this.#stop === undefined) {
      this.#stop = new AbortController()
      // Every call in flight listens, and layers below add their own: many are no leak.
      setMaxListeners(0, this.#stop.signal)
    }
    return this.#stop.signal
  }

  /** Calls with the host; a worker may have sent more ahead. */
  get inFlight(): number {
    return this.#inFlight
  }

  async answer(request: CallRequest): Promise<CallAnswer> {
    this.#count += 1
    const { hostCalls } = this.#options.limits
    if (this.#count > hostCalls) {
      return failure(
        'HostCallLimitError',
        `Host function call limit exceeded: ${this.#count}/${hostCalls}`,
      )
    }
    const problem = problemOf(request)
    if (problem !== undefined) return failure('RangeError', problem)
    await this.#begin()
    const answer = await this.#record(request)
    this.#end()
    return answer
  }

  /** Aborts what is still running; answers all records in the order they began. */
  finish(): readonly HostCallRecord[] {
    this.#line.length = 0
    if (this.#open.size > 0) this.#stop?.abort()
    for (const open of this.#open) this.#records.push(this.#close(open, false))
    this.#open.clear()
    return this.#records.toSorted((a, b) => a.startedMs - b.startedMs)
  }

  async #record(request: CallRequest): Promise<CallAnswer> {
    const open: OpenCall = { request, startedMs: this.#elapsed() }
    this.#open.add(open)
    const answer = await this.#ask(request)
    if (this.#open.delete(open)) this.#records.push(this.#close(open, answer.ok))
    return answer
  }

  async #begin(): Promise<void> {
    if (this.#inFlight < this.#options.limits.inFlight) {
      this.#inFlight += 1
      return
    }
    await new Promise<void>(resolve => {
      this.#line.push(resolve)
    })
  }

  /** The next in line takes the place over. */
  #end(): void {
    const next = this.#line.shift()
    if (next === undefined) this.#inFlight -= 1
    else next()
  }

  async #ask({ operation, payload }: CallRequest): Promise<CallAnswer> {
    try {
      const text = await this.#options.host(operation, payload, { signal: this.#signal })
      if (text.length > maxAnswerBytes) {
        return failure(
          'RangeError',
          `The result has ${text.length} bytes where ${maxAnswerBytes} are allowed; ask for less`,
        )
      }
      return { ok: true, text }
    } catch (error) {
      return { ok: false, text: toFailureText(error, payload) }
    }
  }

  #close({ request, startedMs }: OpenCall, ok: boolean): HostCallRecord {
    const { operation, target } = request
    const record = { operation, startedMs, durationMs: this.#elapsed() - startedMs, ok }
    return target === '' ? record : { ...record, target }
  }

  #elapsed(): number {
    return performance.now() - this.#options.startedAt
  }
}

interface OpenCall {
  readonly request: CallRequest
  readonly startedMs: number
}

function problemOf({ payload }: CallRequest): string | undefined {
  if (payload.length > maxPayloadBytes) {
    return `The arguments have ${payload.length} bytes where ${maxPayloadBytes} are allowed`
  }
  return isJsonNestedDeeper(payload, maxValueDepth)
    ? `The arguments are nested deeper than ${maxValueDepth} levels`
    : undefined
}

function failure(name: string, message: string): CallAnswer {
  return { ok: false, text: JSON.stringify({ name, message }) }
}

/** Never a stack, never a path of the host the program did not name itself. */
function toFailureText(error: unknown, payload: string): string {
  const { name, message, data } = partsOf(error)
  const redacted = redactPaths(toText(message).slice(0, maxMessage), payload)
  const shown = typeof name === 'string' ? name.slice(0, 100) : 'Error'
  const failed = { name: shown, message: redacted }
  const dataText = toJson(data)
  if (dataText === undefined || dataText.length > maxData) return JSON.stringify(failed)
  return JSON.stringify({ ...failed, data: JSON.parse(redactPaths(dataText, payload)) })
}

/** Whoever embeds us may throw anything, an object that throws when it is read included. */
function partsOf(error: unknown): { name?: unknown; message?: unknown; data?: unknown } {
  if (typeof error !== 'object' || error === null) return { message: error }
  try {
    const { name, message, data }: ReturnType<typeof partsOf> = error
    return { name, message, data }
  } catch {
    return { message: 'The host function failed, and its error cannot be read' }
  }
}

function toText(message: unknown): string {
  return typeof message === 'string' ? message : (toJson(message) ?? '')
}

function toJson(data: unknown): string | undefined {
  try {
    return data === undefined ? undefined : JSON.stringify(data)
  } catch {
    return undefined
  }
}
