/** The bounds of one caller's connection to the daemon: a frame's size, and answers nobody reads. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type Request, serveSession } from '../../src/daemon/session.ts'
import {
  daemonProtocol,
  lineReader,
  maxFrameBytes,
  openDaemonLink,
  toLine,
} from '../../src/runtime/index.ts'

type Handle = (request: Request) => Promise<unknown>
type Frame = Readonly<Record<string, unknown>>

let folder: string
let server: Server
let ours: Socket
let caller: Socket
let handle: Handle
const frames: Frame[] = []
let onFrame: () => void = () => undefined

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'session-'))
  frames.length = 0
  server = createServer(socket => {
    ours = socket
    serveSession(socket, { token: 'token', version: 'test', handle: request => handle(request) })
  })
  const path = join(folder, 'socket')
  server.listen(path)
  await once(server, 'listening')
  caller = createConnection(path)
  caller.on('error', () => undefined)
  caller.on(
    'data',
    lineReader({
      maxBytes: 2 * maxFrameBytes,
      onLine: line => {
        frames.push(JSON.parse(line))
        onFrame()
      },
      onTooLong: () => caller.destroy(),
    }),
  )
  caller.write(toLine({ hello: { protocol: daemonProtocol, token: 'token' } }))
  await arrived(1)
})
afterEach(() => {
  caller.destroy()
  server.close()
  rmSync(folder, { recursive: true })
})

/** Resolves when so many frames are there. */
async function arrived(count: number): Promise<void> {
  await new Promise<void>(resolve => {
    onFrame = () => {
      if (frames.length >= count) resolve()
    }
    onFrame()
  })
}

/** A frame of exactly this many bytes, without its newline. */
function frameOf(bytes: number): string {
  const empty = JSON.stringify({ id: 1, op: 'echo', text: '' })
  return toLine({ id: 1, op: 'echo', text: 'x'.repeat(bytes - empty.length) })
}

test('a request of exactly 32 MiB is served; one byte more is refused, and ends the connection', async () => {
  handle = async ({ body }) => String(body['text']).length
  caller.write(frameOf(maxFrameBytes))
  await arrived(2)
  expect(frames[1]).toEqual({
    id: 1,
    result: maxFrameBytes - '{"id":1,"op":"echo","text":""}'.length,
  })
  const closed = once(caller, 'close')
  caller.write(frameOf(maxFrameBytes + 1))
  await closed
  expect(frames.slice(2)).toEqual([
    { refused: expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }) },
  ])
})

test('our own side does not even send what is over the bound, and goes on', async () => {
  handle = async ({ body }) => String(body['text']).length
  const info = { pid: 0, version: 'test', token: 'token', socket: join(folder, 'socket') }
  const link = await openDaemonLink(info)
  const ask = (text: string): Promise<unknown> | undefined =>
    link?.request({ body: { op: 'echo', text } })
  const whole = String(JSON.parse(frameOf(maxFrameBytes)).text)
  expect(await ask(whole)).toBe(whole.length)
  // The id has as many digits as in frameOf.
  await expect(ask(`${whole}x`)).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
  expect(await ask('short')).toBe(5)
  link?.close()
})

// An id of one digit: {"id":1,"result":"…"}
const around = '{"id":1,"result":""}'.length
test.each([
  { text: 'x', why: 'letters' },
  { text: 'é', why: 'characters of two bytes' },
])('an answer of exactly 32 MiB of $why arrives; a larger one is an error', async ({ text }) => {
  const room = maxFrameBytes - around
  const fill = (bytes: number): string =>
    text.repeat(Math.floor(bytes / Buffer.byteLength(text))) +
    'x'.repeat(bytes % Buffer.byteLength(text))
  handle = async () => fill(room)
  caller.write(toLine({ id: 1, op: 'any' }))
  await arrived(2)
  expect(Buffer.byteLength(JSON.stringify(frames[1]))).toBe(maxFrameBytes)
  handle = async () => fill(room + 1)
  caller.write(toLine({ id: 2, op: 'any' }))
  await arrived(3)
  expect(frames[2]).toEqual({
    id: 2,
    error: {
      code: 'MESSAGE_TOO_LARGE',
      message: 'Cannot hand over the result: it is over 32 MiB; ask the tool for less',
    },
  })
})

test('a caller that does not read its answers is not read from; once it reads, everything is answered', async () => {
  const mebibyte = 'x'.repeat(1024 * 1024)
  const total = 100
  let handled = 0
  handle = async () => {
    handled += 1
    return mebibyte
  }
  caller.pause()
  // One at a time, each large enough that the daemon reads only a few at once.
  for (let id = 1; id <= total; id += 1) {
    caller.write(toLine({ id, op: 'any', text: 'y'.repeat(16_384) }))
    if (!ours.isPaused()) await setImmediate()
  }
  expect(ours.isPaused()).toBe(true)
  // What the system took of them, one unsent mebibyte, and what was read in the same piece.
  expect(handled).toBeLessThan(10)
  caller.resume()
  await arrived(1 + total)
  expect([handled, new Set(frames.slice(1).map(({ id }) => id)).size]).toEqual([total, total])
})

test('a signal serves one request after the other, unless it was aborted or somebody still listens to it', async () => {
  const signals: AbortSignal[] = []
  const ask = async (id: number): Promise<AbortSignal | undefined> => {
    caller.write(toLine({ id, op: 'any' }))
    await arrived(1 + id)
    return signals[id - 1]
  }
  handle = async ({ signal }) => signals.push(signal)
  const first = await ask(1)
  expect(await ask(2)).toBe(first)

  const listener = new EventTarget()
  const listen = listener.dispatchEvent.bind(listener)
  handle = async ({ signal }) => (signal.addEventListener('abort', listen), signals.push(signal))
  expect(await ask(3)).toBe(first)
  const second = await ask(4)
  expect(second).not.toBe(first)

  second?.removeEventListener('abort', listen)
  handle = async ({ signal }) => {
    signals.push(signal)
    caller.write(toLine({ cancel: 5 }))
    if (!signal.aborted) await once(signal, 'abort')
    return 'stopped'
  }
  const third = await ask(5)
  expect(third?.aborted).toBe(true)
  handle = async ({ signal }) => signals.push(signal)
  expect((await ask(6))?.aborted).toBe(false)
})
