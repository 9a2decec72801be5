/** A server that misbehaves in how it speaks. `wire.mjs <mode>`; where a call is answered at all, tool `echo` gives its arguments back. */
import {
  type Answers,
  chosen,
  initialized,
  type Message,
  plainTool,
  send,
  sendError,
  sendResult,
  serve,
  silent,
  textResult,
} from './raw/stdio.ts'

const listed = (): unknown => ({ tools: [plainTool('echo', { inputSchema: { type: 'object' } })] })
const echo = ({ params }: Message): unknown => textResult(JSON.stringify(params?.['arguments']))

const good: Answers = {
  initialize: initialized('wire'),
  'tools/list': listed,
  'tools/call': echo,
  ping: () => ({}),
}

function junk(): void {
  process.stdout.write(
    '\uFEFFStarting up…\n\u001B[32mready\u001B[0m\r\n\n{"half":\n[1,2\nnull\n"text"\n',
  )
  process.stdout.write(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]))
  send({ hello: 'not JSON-RPC' })
  send({ jsonrpc: '1.0', id: 1, result: {} })
}

/** Writes until the pipe is full, waits, and goes on. */
function flood(stream: NodeJS.WriteStream, chunk: Buffer, totalBytes: number): Promise<void> {
  return new Promise(resolve => {
    let left = totalBytes
    const more = (): void => {
      while (left > 0) {
        left -= chunk.length
        if (!stream.write(chunk)) return void stream.once('drain', more)
      }
      resolve()
    }
    more()
  })
}

const megabytes = Number(process.argv[3] ?? 64)
const floodBytes = megabytes * 1024 * 1024

const awaited = new Map<string | number, () => void>()

/** Asks the client something under an id of our own choosing; resolves when it answers. */
function ask(id: string | number, method: string): Promise<void> {
  return new Promise(resolve => {
    awaited.set(id, resolve)
    send({ jsonrpc: '2.0', id, method })
  })
}

const answersSeen: Message[] = []

const modes: Readonly<Record<string, Answers>> = {
  good,
  'hang-initialize': { ...good, initialize: () => silent },
  'crash-initialize': {
    initialize: () => {
      process.stderr.write('Error: missing API_TOKEN\nset it and try again\n')
      process.exit(1)
    },
  },
  'refuse-initialize': {
    initialize: ({ id }) => {
      sendError(id, -32_000, 'not today')
      return silent
    },
  },
  'old-protocol': { ...good, initialize: () => ({ protocolVersion: '1999-01-01' }) },
  'bare-initialize': {
    ...good,
    initialize: () => ({ protocolVersion: '2025-06-18', capabilities: { tools: {} } }),
  },
  'garbage-stdout': {
    ...good,
    initialize: message => {
      junk()
      return initialized('wire')(message)
    },
    'tools/call': message => {
      junk()
      return echo(message)
    },
  },
  'stderr-flood': {
    ...good,
    'tools/call': async message => {
      await flood(process.stderr, Buffer.alloc(65_536, 'e'), floodBytes)
      process.stderr.write('\nthe end\n')
      return echo(message)
    },
  },
  'endless-line': {
    ...good,
    'tools/call': async () => {
      await flood(process.stdout, Buffer.alloc(1024 * 1024, 'x'), floodBytes)
      return silent
    },
  },
  'big-line': {
    ...good,
    // One line of exactly the bytes asked for, newline not counted.
    'tools/call': ({ id, params }) => {
      const args = params?.['arguments'] as { bytes: number }
      const line = (text: string): string =>
        JSON.stringify({ jsonrpc: '2.0', id, result: textResult(text) })
      process.stdout.write(`${line('x'.repeat(args.bytes - line('').length))}\n`)
      return silent
    },
  },
  'wrong-ids': {
    ...good,
    'tools/call': message => {
      const wrong = textResult('wrong')
      for (const id of [999_999, -1, 0.5, 'abc', String(message.id), null, true, [], undefined]) {
        send({ jsonrpc: '2.0', id, result: wrong })
      }
      send({ jsonrpc: '2.0', id: message.id, result: wrong, error: { code: 1, message: 'both' } })
      sendResult(message.id, echo(message))
      sendResult(message.id, wrong)
      sendError(message.id, -32_000, 'and an error too')
      return silent
    },
  },
  'colliding-requests': {
    ...good,
    // Asks under the very id of the call in flight, and answers it only when all its own questions were answered.
    'tools/call': async message => {
      const id = message.id ?? 0
      await ask(id, 'roots/list')
      await ask(id, 'ping')
      await ask(id, 'sampling/createMessage')
      await ask(id, 'elicitation/create')
      await ask(id, 'no/such-method')
      return textResult(JSON.stringify({ seen: answersSeen, args: message.params?.['arguments'] }))
    },
  },
  'lists-changed-flood': {
    ...good,
    'tools/call': message => {
      for (let n = 0; n < 10_000; n += 1) {
        send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
        send({
          jsonrpc: '2.0',
          method: 'notifications/message',
          params: { level: 'info', data: n },
        })
      }
      return echo(message)
    },
  },
  'as-told': {
    ...good,
    // The arguments are the answer, but for its id.
    'tools/call': ({ id, params }) => {
      send({ jsonrpc: '2.0', id, ...(params?.['arguments'] as object) })
      return silent
    },
  },
  'deep-answers': {
    ...good,
    // As many levels as `levels` asks for, in the `place` it names.
    'tools/call': ({ id, params }) => {
      const { levels, place } = (params?.['arguments'] ?? {}) as { levels: number; place: string }
      const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
      const answers: Readonly<Record<string, string>> = {
        error: `"error":{"code":-32000,"message":"no","data":${deep}}`,
        message: `"error":{"code":${deep},"message":${deep}}`,
      }
      const answer = answers[place] ?? `"result":{"structuredContent":${deep}}`
      process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},${answer}}\n`)
      return silent
    },
  },
  digits: {
    ...good,
    // More than a double holds.
    'tools/call': ({ id }) => {
      const result = '{"structuredContent":{"id":12345678901234567890}}'
      process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}\n`)
      return silent
    },
  },
  batches: {
    ...good,
    'tools/call': message => {
      send([
        { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 1 } },
        null,
        { no: 'message' },
        { jsonrpc: '2.0', id: message.id, result: echo(message) },
      ])
      return silent
    },
  },
}

serve(chosen(modes), message => {
  answersSeen.push(message)
  const resume = awaited.get(message.id ?? '')
  awaited.delete(message.id ?? '')
  resume?.()
})
