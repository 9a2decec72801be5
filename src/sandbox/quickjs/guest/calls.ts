/** Host calls as a program sees them: promises, at most so many with the host at once, the rest in line. */
import { encodeArguments } from './encode.ts'
import { currentStack, fromHost, limitError } from './errors.ts'
import { bridge } from './host.ts'
import {
  create,
  defineHidden,
  parse,
  PromiseOf,
  stringify,
  substring,
  toText,
  TypeErrorOf,
} from './intrinsics.ts'

interface Call {
  readonly operation: string
  readonly server: string
  readonly tool: string
  readonly payload: string
  /** Where the program made it: an error that comes back belongs there. */
  readonly stack: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A call sent ahead waits in the host's line, where its text counts as the host's memory: only short ones may. */
const maxAheadText = 4096
let inFlightLimit = 1
let inFlight = 0
let lastId = 0
let lineHead = 0
let lineTail = 0
const sent: Record<string, Call | undefined> = create(null)
const line: Record<number, Call | undefined> = create(null)

export function setInFlightLimit(limit: number): void {
  inFlightLimit = limit
}

/** Answers a promise for what the host answers. */
export function callHost(
  operation: string,
  parameters: unknown,
  { server = '', tool = '' }: { server?: string; tool?: string } = {},
): Promise<unknown> {
  return new PromiseOf((resolve, reject) => {
    admit()
    const payload = encodeArguments(parameters)
    enqueue({ operation, server, tool, payload, stack: currentStack(), resolve, reject })
  })
}

/** A tool call, the most frequent of all: what is around its parameters need not be walked. */
export function callHostTool(server: string, tool: string, params: unknown): Promise<unknown> {
  return new PromiseOf((resolve, reject) => {
    admit()
    const names = '{"server":' + stringify(server) + ',"tool":' + stringify(tool)
    const payload = names + ',"params":' + encodeArguments(params) + '}'
    const stack = currentStack()
    enqueue({ operation: 'callTool', server, tool, payload, stack, resolve, reject })
  })
}

/** Answers at once; the worker waits for the host. */
export function callHostNow(operation: string, parameters: unknown): unknown {
  admit()
  const answer = bridge('ask', operation, encodeArguments(parameters))
  const text = substring(answer, 1, answer.length)
  if (substring(answer, 0, 1) !== '1') throw fromHost(text, { server: '', tool: '' })
  return text === '' ? undefined : parse(text)
}

/** Counts a host call; throws once there were too many. */
export function admit(): void {
  const refusal = bridge('admit')
  if (refusal !== '') throw limitError(refusal)
}

/** An answer arrived: `ok` is "1" or "". */
export function deliver(id: string, ok: string, text: string): void {
  const call = sent[id]
  if (call === undefined) return
  sent[id] = undefined
  inFlight -= 1
  settle(call, ok, text)
  sendNext()
}

function settle(call: Call, ok: string, text: string): void {
  if (ok !== '1') {
    const error = fromHost(text, call)
    defineHidden(error, 'stack', call.stack)
    call.reject(error)
    return
  }
  try {
    call.resolve(text === '' ? undefined : parse(text))
  } catch {
    call.reject(new TypeErrorOf(`Cannot read the answer of ${call.operation}: it is not JSON`))
  }
}

function enqueue(call: Call): void {
  line[lineTail] = call
  lineTail += 1
  sendNext()
}

function sendNext(): void {
  while (lineHead < lineTail && inFlight < 2 * inFlightLimit) {
    const call = line[lineHead]
    const isLong = call !== undefined && call.payload.length > maxAheadText
    if (isLong && inFlight >= inFlightLimit) return
    line[lineHead] = undefined
    lineHead += 1
    if (call !== undefined) send(call)
  }
}

function send(call: Call): void {
  inFlight += 1
  lastId += 1
  const id = toText(lastId)
  sent[id] = call
  // The engine's templates go through String.prototype.concat.
  const target = call.tool === '' ? call.server : call.server + '.' + call.tool
  bridge('send', id, call.operation, target, call.payload)
}
