/** JSON-RPC over Streamable HTTP, or over the legacy SSE transport where the server knows no other. */
import type { IncomingMessage } from 'node:http'

import type { Channel, ChannelEvents } from './direct.ts'
import type { DirectTarget } from './entry.ts'
import { knownSchema } from './known-schema.ts'
import { ToolError } from './result.ts'
import { fromBatch, fromLine, isRecord, lineReader } from './wire.ts'

type HttpTarget = Extract<DirectTarget, { readonly type: 'http' | 'sse' }>
type Message = Readonly<Record<string, unknown>>

/** Picks the transport with the first message: what answers a POST with 4xx may still speak legacy SSE. */
export function openHttp(server: string, target: HttpTarget, events: ChannelEvents): Channel {
  const sse = (): Promise<LegacyStream> => openSse(target, events)
  let legacy = target.type === 'sse' ? sse() : undefined
  let opened: LegacyStream | undefined
  const session: Session = { server, headers: {}, abort: new AbortController() }
  const post = (message: Message): Promise<void> =>
    postMessage(target, { message, session, events })
  return {
    async send(message) {
      if (legacy === undefined && message['method'] === 'initialize') {
        const status = await post(message).catch((error: unknown) => legacyStatus(error))
        if (status === undefined) return true
        legacy = sse()
      }
      if (legacy === undefined) {
        await post(message)
        return true
      }
      opened = await legacy
      await postTo(opened.address, { target, message })
      return false
    },
    agreed: version => {
      session.headers['mcp-protocol-version'] = version
    },
    hold: held => opened?.hold(held),
    close: () => {
      session.abort.abort()
      opened?.close()
    },
  }
}

interface Session {
  readonly server: string
  readonly headers: Record<string, string>
  readonly abort: AbortController
}

class HttpStatus extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`the server answered ${status}${text && `: ${text.slice(0, 500)}`}`)
    this.status = status
  }
}

function legacyStatus(error: unknown): number {
  const status = error instanceof HttpStatus ? error.status : 0
  if (status === 400 || status === 404 || status === 405) return status
  throw error
}

async function postMessage(
  target: HttpTarget,
  {
    message,
    session,
    events,
  }: { readonly message: Message; readonly session: Session; readonly events: ChannelEvents },
): Promise<void> {
  const response = await fetchSafely(target.url, {
    method: 'POST',
    headers: {
      ...target.headers,
      ...session.headers,
      ...routing(message, session),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(message),
    signal: session.abort.signal,
  })
  const id = response.headers.get('mcp-session-id')
  if (id !== null) session.headers['mcp-session-id'] = id
  if (!response.ok) return refuse(response, session, events)
  if (message['id'] === undefined) return response.body?.cancel()
  const type = response.headers.get('content-type') ?? ''
  if (type.includes('text/event-stream')) {
    return readEvents(response.body ?? [], ({ data }) => deliver(data, events))
  }
  deliver(await response.text(), events)
}

/** The stateless era repeats in headers the method, the name, and the arguments that the tool's schema marks. */
function routing(message: Message, { headers, server }: Session): Record<string, string> {
  if ((headers['mcp-protocol-version'] ?? '') < '2026') return {}
  const params = isRecord(message['params']) ? message['params'] : {}
  const { name, arguments: args } = params
  if (typeof name !== 'string') return { 'mcp-method': String(message['method']) }
  const schema = isRecord(args) ? knownSchema(server, name) : {}
  return {
    'mcp-method': String(message['method']),
    'mcp-name': fieldValue(name),
    ...mirrored(schema, args),
  }
}

function mirrored(schema: unknown, args: unknown): Record<string, string> {
  const properties = isRecord(schema) ? schema['properties'] : undefined
  if (!isRecord(properties) || !isRecord(args)) return {}
  return Object.assign(
    {},
    ...Object.entries(properties).map(([name, property]) => mirroredOne(property, args[name])),
  )
}

function mirroredOne(property: unknown, value: unknown): Record<string, string> {
  if (!isRecord(property)) return {}
  const header = property['x-mcp-header']
  if (typeof header !== 'string') return mirrored(property, value)
  const plain = ['string', 'boolean', 'number'].includes(typeof value)
  return plain ? { [`mcp-param-${header.toLowerCase()}`]: fieldValue(String(value)) } : {}
}

/** What no header can hold as it is goes as base64, as the specification says. */
function fieldValue(text: string): string {
  const isSafe =
    /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?base64?')
  return isSafe ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`
}

/** A refusal may itself be a JSON-RPC answer, which says more than its status. */
async function refuse(
  response: Response,
  { server, headers }: Session,
  events: ChannelEvents,
): Promise<void> {
  const text = await response.text()
  const answer = fromLine(text)
  if (answer !== undefined && isRecord(answer['error']) && typeof answer['id'] === 'number') {
    events.onMessage(answer)
    return
  }
  if (response.status === 401) {
    throw new ToolError(
      'AUTH_REQUIRED',
      `Cannot call: server "${server}" asks for a login, and stored logins are used by the daemon only; run: mcp-execution auth login ${server}, and call without MCP_EXECUTION_NO_DAEMON`,
    )
  }
  // The next call opens a session of its own.
  if (response.status === 404 && 'mcp-session-id' in headers) {
    return events.onClose('the server no longer knows our session')
  }
  throw new HttpStatus(response.status, text)
}

interface LegacyStream {
  /** Where the server takes messages. */
  readonly address: string
  readonly hold: (held: boolean) => void
  readonly close: () => void
}

/** Opens the event stream of a legacy server and waits for the address it takes messages at. */
async function openSse(target: HttpTarget, events: ChannelEvents): Promise<LegacyStream> {
  const response = await getStream(target)
  const hold = (held: boolean): void =>
    void (held ? response.socket.ref() : response.socket.unref())
  const close = (): void => void response.destroy()
  return new Promise((resolve, reject) => {
    const onEvent = ({ name, data }: ServerEvent): void => {
      if (name !== 'endpoint') return deliver(data, events)
      const address = new URL(data, target.url)
      // Our headers hold secrets: another origin never gets them.
      if (address.origin === new URL(target.url).origin) {
        return resolve({ address: address.href, hold, close })
      }
      const how = `it is on another origin, ${address.origin}`
      reject(new ToolError('SECURITY_REFUSED', `Cannot use the server's message address: ${how}`))
      close()
    }
    const over = (): void => {
      reject(new ToolError('SERVER_CLOSED', 'Cannot talk to the server: its event stream ended'))
      events.onClose('the event stream ended')
    }
    readEvents(response, onEvent).then(over, over)
  })
}

// fetch() would keep the process alive as long as the stream is open; a plain request's socket can be let go.
async function getStream({ url, headers }: HttpTarget): Promise<IncomingMessage> {
  const { get } = await (url.startsWith('https:') ? import('node:https') : import('node:http'))
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { ...headers, accept: 'text/event-stream' } }, response => {
      if (response.statusCode === 200) return resolve(response)
      response.destroy()
      reject(new HttpStatus(response.statusCode ?? 0, ''))
    })
    request.on('error', reject)
  })
}

async function postTo(
  address: string,
  { target, message }: { readonly target: HttpTarget; readonly message: Message },
): Promise<void> {
  const headers = { ...target.headers, 'content-type': 'application/json' }
  const response = await fetchSafely(address, {
    method: 'POST',
    headers,
    body: JSON.stringify(message),
  })
  if (!response.ok) throw new HttpStatus(response.status, await response.text())
  await response.body?.cancel()
}

/** Redirects are not followed: they would carry our headers elsewhere. */
async function fetchSafely(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' })
  if (response.status < 300 || response.status > 399) return response
  await response.body?.cancel()
  throw new Error(
    `the server redirects to ${response.headers.get('location') ?? 'nowhere'}; use that URL if you trust it`,
  )
}

interface ServerEvent {
  readonly name: string
  readonly data: string
}

async function readEvents(
  stream: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  let name = 'message'
  let data: string[] = []
  const flush = (): void => {
    if (data.length > 0) onEvent({ name, data: data.join('\n') })
    name = 'message'
    data = []
  }
  const onLine = (raw: string): void => {
    const line = raw.replace(/\r$/, '')
    if (line === '') flush()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    else if (line.startsWith('event:')) name = line.slice(6).trim()
  }
  const read = lineReader({ onLine, onTooLong, keepEmpty: true })
  for await (const chunk of stream) read(Buffer.from(chunk))
  flush()
}

function deliver(text: string, { onMessage }: ChannelEvents): void {
  for (const message of fromBatch(text)) onMessage(message)
}

function onTooLong(): void {
  throw new ToolError('MESSAGE_TOO_LARGE', 'Cannot read the answer: one event is over 32 MiB')
}
