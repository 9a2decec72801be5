/** A fetch that reads no more than it may, and says when a server asks for patience. */
import { ExecutionError } from '../errors.ts'
import { parseMessages } from './json-rpc.ts'

type Fetch = typeof globalThis.fetch

export interface Bound {
  readonly maxBytes: number
  readonly onTooLarge: (error: ExecutionError) => void
  /** The server answered 404 to a request that named our session. */
  readonly onSessionLost?: () => void
}

const newline = 0x0a
const carriageReturn = 0x0d

/** Bodies, and single events of an event stream, are cut off beyond `maxBytes` with MESSAGE_TOO_LARGE. */
export function boundedFetch(fetch: Fetch, bound: Bound): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (response.status === 429 || response.status === 503) throw await busy(response)
    const session = new Headers(init?.headers).has('mcp-session-id')
    if (response.status === 404 && session) bound.onSessionLost?.()
    if (response.body === null) return response
    const type = (response.headers.get('content-type') ?? '').toLowerCase()
    const isStream = type.startsWith('text/event-stream')
    const bounded = response.body.pipeThrough(isStream ? eventBound(bound) : bodyBound(bound))
    const isJson = type.startsWith('application/json')
    const body = isJson ? asOnStdio(await new Response(bounded).text()) : bounded
    const { status, statusText, headers } = response
    return withUrl(new Response(body, { status, statusText, headers }), response.url)
  }
}

// The SDK refuses an answer that writes the member it does not mean as null, and rounds long whole numbers; we do not.
function asOnStdio(text: string): string {
  const differs = /"(?:error|result)"\s*:\s*null\b|\d{16}/.test(text)
  const messages = differs ? parseMessages(text) : undefined
  if (messages === undefined) return text
  return JSON.stringify(messages.length === 1 ? messages[0] : messages)
}

async function busy(response: Response): Promise<ExecutionError> {
  await response.body?.cancel()
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'))
  const help = retryAfterMs === undefined ? 'try later' : `try again in ${retryAfterMs / 1000} s`
  return new ExecutionError(
    'SERVER_UNREACHABLE',
    `the server answered ${response.status}; ${help}`,
    {
      details: {
        httpStatus: response.status,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
    },
  )
}

/** Seconds or a date, as RFC 9110 has it; nonsense is no answer. */
export function parseRetryAfter(
  header: string | null,
  now: number = Date.now(),
): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function bodyBound({ maxBytes }: Bound): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > maxBytes) controller.error(tooLarge(maxBytes))
      else controller.enqueue(chunk)
    },
  })
}

// An event ends at an empty line; its size is what came since the last one.
function eventBound({ maxBytes, onTooLarge }: Bound): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  let atLineStart = true
  const fail = (controller: TransformStreamDefaultController): void => {
    const error = tooLarge(maxBytes)
    // The SDK only logs what breaks a stream: this is how anyone learns of it.
    onTooLarge(error)
    controller.error(error)
  }
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of chunk) {
        if (byte === carriageReturn) continue
        const isBreak = byte === newline
        bytes = isBreak && atLineStart ? 0 : bytes + 1
        atLineStart = isBreak
        if (bytes > maxBytes) return fail(controller)
      }
      return controller.enqueue(chunk)
    },
  })
}

function tooLarge(maxBytes: number): ExecutionError {
  const mebibytes = Math.floor(maxBytes / (1024 * 1024))
  return new ExecutionError('MESSAGE_TOO_LARGE', `it sent a message of more than ${mebibytes} MiB`)
}

// The SDK resolves redirects against it, and a constructed Response has none.
function withUrl(response: Response, url: string): Response {
  Object.defineProperty(response, 'url', { value: url })
  return response
}
