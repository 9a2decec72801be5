/** Values against other people's schemas, without ever holding up the event loop: what may take long runs elsewhere, with a deadline. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import { builtFile } from '../package-root.ts'
import type { JsonSchema } from './catalog.ts'
import { evaluateSchema, type Violation } from './evaluate-schema.ts'
import { type TameSchema, tameSchema } from './tame-schema.ts'
import type { ValidationAnswer, ValidationRequest } from './validation-worker.ts'

export type Verdict =
  | { readonly status: 'valid' }
  | { readonly status: 'invalid'; readonly violations: readonly Violation[] }
  /** Nobody knows: the schema cannot be evaluated, or not in time. */
  | { readonly status: 'unchecked'; readonly reason: string }

export interface SchemaValidatorOptions {
  readonly deadlineMs?: number
}

export const validationDeadlineMs = 250
/** A value with more parts, or more text, than this is never evaluated on the event loop. */
const maxTameParts = 2000
const maxTameText = 100_000

export class SchemaValidator implements AsyncDisposable {
  readonly #deadlineMs: number
  readonly #tamed = new WeakMap<object, TameSchema>()
  #worker: Promise<Worker> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ deadlineMs = validationDeadlineMs }: SchemaValidatorOptions = {}) {
    this.#deadlineMs = deadlineMs
  }

  /** Never throws: a schema is someone else's, and so is what it does. */
  async validate(schema: JsonSchema, value: unknown): Promise<Verdict> {
    if (schema === true) return { status: 'valid' }
    const tame = this.#tame(schema)
    if (!tame.wild && isSmall(value)) return evaluateHere(tame, value)
    const turn = this.#turn.then(() => this.#evaluateElsewhere(tame, value))
    this.#turn = turn
    return await turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end()
  }

  #tame(schema: JsonSchema): TameSchema {
    if (typeof schema === 'boolean') return tameSchema(schema)
    const known = this.#tamed.get(schema) ?? tameSchema(schema)
    this.#tamed.set(schema, known)
    return known
  }

  async #evaluateElsewhere(schema: TameSchema, value: unknown): Promise<Verdict> {
    try {
      const worker = await (this.#worker ??= startWorker())
      return toVerdict(await askWorker(worker, { schema, value }, this.#deadlineMs))
    } catch (error) {
      await this.#end()
      const late = error instanceof Error && error.name === 'AbortError'
      const reason = late ? `it takes more than ${this.#deadlineMs} ms` : 'it cannot be evaluated'
      return { status: 'unchecked', reason }
    }
  }

  async #end(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    this.#worker = undefined
    await worker?.terminate()
  }
}

function evaluateHere(schema: TameSchema, value: unknown): Verdict {
  try {
    return toVerdict({ violations: evaluateSchema(schema, value) })
  } catch {
    return { status: 'unchecked', reason: 'it cannot be evaluated' }
  }
}

async function askWorker(
  worker: Worker,
  request: ValidationRequest,
  deadlineMs: number,
): Promise<ValidationAnswer> {
  // While someone waits for it, it keeps the process alive; else it does not.
  worker.ref()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  worker.postMessage(request)
  const [answer] = await once(worker, 'message', { signal: AbortSignal.timeout(deadlineMs) })
  worker.unref()
  return answer
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(builtFile('workers/validation.js'), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    stdin: false,
  })
  await once(worker, 'message')
  // What ends it is told to whoever waits for its answer; nobody may be.
  worker.on('error', () => undefined)
  return worker
}

function toVerdict(answer: ValidationAnswer): Verdict {
  if ('failure' in answer) return { status: 'unchecked', reason: 'it cannot be evaluated' }
  const { violations } = answer
  return violations.length === 0 ? { status: 'valid' } : { status: 'invalid', violations }
}

function isSmall(value: unknown): boolean {
  let parts = 0
  let text = 0
  const todo: unknown[] = [value]
  while (todo.length > 0) {
    const next = todo.pop()
    parts += 1
    if (typeof next === 'string') text += next.length
    if (parts > maxTameParts || text > maxTameText) return false
    if (typeof next === 'object' && next !== null) todo.push(...Object.values(next))
  }
  return true
}
