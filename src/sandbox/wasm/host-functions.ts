import { maxValueDepth } from '../../json-value.ts'
import { isJsonNestedDeeper } from '../../text/index.ts'
/**
 * The host functions as a module imports them from "env". Texts come as pointer and length; a text that goes back is
 * written to a buffer the module offers. ABI: docs/reference/sandbox.md.
 */
import type { GuestHost } from '../worker/guest-host.ts'
import { BadPointer, type GuestMemory } from './guest-memory.ts'

type Numbers = (...args: readonly number[]) => number

interface HostFunction {
  readonly operation: string
  /** How many texts it takes, each as pointer and length. */
  readonly texts: number
  readonly payload: (texts: readonly string[]) => unknown
  /** Whether it answers a text, or 0 and -1. */
  readonly answers: 'text' | 'status'
}

const functions: ReadonlyMap<string, HostFunction> = new Map<string, HostFunction>([
  [
    'call_tool',
    {
      operation: 'callTool',
      texts: 3,
      payload: ([server, tool, params = '']) => ({ server, tool, params: parse(params) }),
      answers: 'text',
    },
  ],
  [
    'read_file',
    { operation: 'readFile', texts: 1, payload: ([path]) => ({ path }), answers: 'text' },
  ],
  [
    'write_file',
    {
      operation: 'writeFile',
      texts: 2,
      payload: ([path, data]) => ({ path, data }),
      answers: 'status',
    },
  ],
  [
    'set_state',
    {
      operation: 'setState',
      texts: 2,
      payload: ([key, value = '']) => ({ key, value: parse(value) }),
      answers: 'status',
    },
  ],
  [
    'get_state',
    { operation: 'getState', texts: 1, payload: ([key]) => ({ key }), answers: 'text' },
  ],
  ['list_servers', { operation: 'listServers', texts: 0, payload: () => ({}), answers: 'text' }],
  [
    'search_tools',
    { operation: 'searchTools', texts: 1, payload: ([query]) => ({ query }), answers: 'text' },
  ],
  [
    'describe_tool',
    {
      operation: 'describeTool',
      texts: 2,
      payload: ([server, tool]) => (tool === '' ? { server } : { server, tool }),
      answers: 'text',
    },
  ],
])

const levels = ['debug', 'info', 'log', 'warn', 'error'] as const

export interface HostFunctionDeps {
  readonly host: GuestHost
  readonly memory: GuestMemory
}

/** By import name; nothing else can be imported from "env". */
export function hostFunctions(deps: HostFunctionDeps): ReadonlyMap<string, Numbers> {
  const answers = new Answers(deps)
  const { host, memory } = deps
  const offered = new Map<string, Numbers>()
  for (const [name, description] of functions) {
    offered.set(name, (...args) => answers.call(description, args))
  }
  offered.set('take_answer', (...out) => answers.write(out))
  offered.set('failed', () => (answers.hasFailed ? 1 : 0))
  offered.set('log', (level = 2, pointer = 0, length = 0) => {
    const message = memory.text(pointer, length)
    if (host.bridge(['admit', 'log']) !== '') return -1
    host.bridge(['log', levels[level] ?? 'log', message])
    return 0
  })
  return offered
}

/** The last answer, kept until the module has taken it: a buffer too small never means a second call. */
class Answers {
  readonly #deps: HostFunctionDeps
  #text = ''
  #hasFailed = false

  constructor(deps: HostFunctionDeps) {
    this.#deps = deps
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  call({ operation, texts, payload, answers }: HostFunction, args: readonly number[]): number {
    const { memory } = this.#deps
    const read = Array.from({ length: texts }, (_, index) =>
      memory.text(args[index * 2] ?? 0, args[index * 2 + 1] ?? 0),
    )
    this.#ask(operation, JSON.stringify(payload(read)))
    if (answers === 'status') return this.#hasFailed ? -1 : 0
    return this.write(args.slice(texts * 2))
  }

  write([pointer = 0, capacity = 0]: readonly number[]): number {
    return this.#deps.memory.writeText(this.#text, pointer, capacity)
  }

  #ask(operation: string, payload: string): void {
    const { host } = this.#deps
    const refusal = host.bridge(['admit', operation])
    if (refusal !== '') {
      this.#hasFailed = true
      this.#text = JSON.stringify({ name: 'HostCallLimitError', message: refusal })
      return
    }
    const answer = host.bridge(['ask', operation, payload])
    this.#hasFailed = !answer.startsWith('1')
    this.#text = answer.slice(1)
  }
}

/** JSON where it is JSON, else the text itself: the host says what is wrong with it. */
function parse(text: string): unknown {
  if (text === '') return {}
  if (isJsonNestedDeeper(text, maxValueDepth)) {
    throw new BadPointer(`JSON nested deeper than ${maxValueDepth} levels`)
  }
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
