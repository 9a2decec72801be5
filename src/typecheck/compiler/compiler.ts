/**
 * The TypeScript 7 compiler as a child process that answers requests about in-memory files. Speaks its stdio API directly:
 * that costs no import, leaves our event loop free, and gives us the process to kill. The version is pinned exactly.
 */
import { ExecutionError } from '../../errors.ts'
import { encodeMessage, MessageReader } from './message-stream.ts'
import { type FileAnswers, fileCallbacks } from './project-files.ts'
import { type CompilerProcess, spawnCompiler } from './spawn-compiler.ts'

export interface CompilerDeps {
  readonly executable: string
  readonly platform: NodeJS.Platform
  readonly files: FileAnswers
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export class Compiler implements Disposable {
  readonly #files: FileAnswers
  readonly #child: CompilerProcess
  readonly #reader = new MessageReader()
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #dead = false

  constructor({ executable, platform, files }: CompilerDeps) {
    this.#files = files
    const args = ['--api', '--async', '--cwd', '/', `--callbacks=${fileCallbacks.join(',')}`]
    this.#child = spawnCompiler({ executable, args, platform })
    this.#child.output.on('data', (chunk: Buffer) => {
      this.#receive(chunk)
    })
    void this.#disposeAtEnd()
    this.#child.hold(false)
  }

  get isDead(): boolean {
    return this.#dead
  }

  async request(method: string, params: unknown): Promise<unknown> {
    if (this.#dead) throw ended()
    const id = ++this.#lastId
    if (this.#waiting.size === 0) this.#child.hold(true)
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        this.#child.input.write(encodeMessage({ id, method, params }))
      })
    } finally {
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#child.hold(false)
    }
  }

  /** Kills the process and its group; whatever waits is told. */
  [Symbol.dispose](): void {
    if (this.#dead) return
    this.#dead = true
    this.#child.kill()
    for (const { reject } of this.#waiting.values()) reject(ended())
  }

  async #disposeAtEnd(): Promise<void> {
    await this.#child.ended
    this[Symbol.dispose]()
  }

  #receive(chunk: Buffer): void {
    if (this.#dead) return
    try {
      for (const message of this.#reader.push(chunk)) this.#take(message)
    } catch {
      this[Symbol.dispose]()
    }
  }

  #take(message: unknown): void {
    if (!isMessage(message)) return
    if (message.method !== undefined) {
      const answer = this.#answer(message.method, message.params)
      this.#child.input.write(encodeMessage({ id: message.id, result: answer }))
      return
    }
    const waiting = this.#waiting.get(Number(message.id))
    if (message.error === undefined) waiting?.resolve(message.result)
    else waiting?.reject(new Error(JSON.stringify(message.error)))
  }

  #answer(method: string, params: unknown): unknown {
    const path: unknown = Array.isArray(params) ? params[0] : params
    const callback = fileCallbacks.find(name => name === method)
    return callback === undefined || typeof path !== 'string' ? null : this.#files[callback](path)
  }
}

interface Message {
  readonly id?: unknown
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: unknown
}

function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    (!('method' in value) || typeof value.method === 'string')
  )
}

function ended(): ExecutionError {
  return new ExecutionError('SANDBOX_CRASHED', 'Cannot check the program: the type checker ended')
}
