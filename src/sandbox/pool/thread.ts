/** A worker thread of ours, as the pool sees it. */
import { type MessagePort, MessageChannel, Worker } from 'node:worker_threads'

import { type AnswerMessage, control } from '../worker/protocol.ts'

export interface ThreadOptions {
  readonly file: string
  /** Handed over at start, beside the shared cells and the answer port. */
  readonly data: Readonly<Record<string, unknown>>
  readonly heapMegabytes: number
}

const stackMegabytes = 16

export class Thread {
  readonly #cells: Int32Array
  readonly #worker: Worker
  readonly #answers: MessagePort
  readonly #ready: Promise<void>
  #listener: (message: unknown) => void = () => {}
  #onDeath: (error: Error) => void = () => {}
  #death: Error | undefined

  constructor({ file, data, heapMegabytes }: ThreadOptions) {
    const shared = new SharedArrayBuffer(control.size * Int32Array.BYTES_PER_ELEMENT)
    const { port1, port2 } = new MessageChannel()
    this.#cells = new Int32Array(shared)
    this.#answers = port1
    this.#worker = new Worker(file, {
      workerData: { ...data, control: shared, answers: port2 },
      transferList: [port2],
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: heapMegabytes,
        maxYoungGenerationSizeMb: 16,
        stackSizeMb: stackMegabytes,
      },
    })
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.once('message', () => {
        this.#worker.on('message', message => {
          this.#listener(message)
        })
        resolve()
      })
      this.#worker.once('error', reject)
      this.#worker.once('exit', () => {
        reject(new Error('The worker ended before it was ready'))
      })
    })
    this.#ready.catch(() => {})
    this.#watch()
  }

  /** Settles once the worker waits for work. */
  get ready(): Promise<void> {
    return this.#ready
  }

  get isDead(): boolean {
    return this.#death !== undefined
  }

  /** Where messages and the worker's end go until the next call; a busy worker keeps the process alive. */
  attach(listener: (message: unknown) => void, onDeath: (error: Error) => void): void {
    this.#listener = listener
    this.#onDeath = onDeath
    this.#worker.ref()
    if (this.#death !== undefined) onDeath(this.#death)
  }

  detach(): void {
    this.#listener = () => {}
    this.#onDeath = () => {}
    this.#worker.unref()
  }

  post(message: unknown): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message)
  }

  /** Answers a run, which takes them between its jobs. */
  answer(message: AnswerMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
    this.#answers.postMessage(message)
    this.#wake()
  }

  /** Asks a run to end as soon as it looks. */
  cancel(run: number): void {
    Atomics.store(this.#cells, control.cancelled, run)
    this.#wake()
  }

  #wake(): void {
    Atomics.add(this.#cells, control.arrived, 1)
    Atomics.notify(this.#cells, control.arrived)
  }

  async terminate(): Promise<void> {
    this.#death ??= new Error('The worker was terminated')
    this.#answers.close()
    await this.#worker.terminate()
  }

  #watch(): void {
    const die = (error: Error): void => {
      if (this.#death !== undefined) return
      this.#death = error
      this.#answers.close()
      this.#onDeath(error)
    }
    this.#worker.on('error', error => {
      die(error instanceof Error ? error : new Error(String(error)))
    })
    this.#worker.once('exit', code => {
      die(new Error(`The worker ended with code ${code}`))
    })
    // A worker never prints; what native code may still write is thrown away.
    this.#worker.stdout.resume()
    this.#worker.stderr.resume()
  }
}
