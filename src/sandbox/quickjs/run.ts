/** One run inside the worker: prepare, evaluate, pump until there is a value, tell how it ended. */
import { formatMemoryLimit } from '../../ids.ts'
import { prepareProgram } from '../program/prepare.ts'
import type { Prepared } from '../program/prepared.ts'
import { SyntaxProblem } from '../program/syntax-problem.ts'
import { GuestHost } from '../worker/guest-host.ts'
import type { Line } from '../worker/line.ts'
import type { Answer, RunEnding } from '../worker/protocol.ts'
import { Stop } from '../worker/stop.ts'
import type { QuickJsJob, QuickJsReport } from './messages.ts'
import { type ModuleMemory, ModuleTexts } from './module-texts.ts'
import { readDescription, syntaxError, toProgramError } from './program-error.ts'
import {
  breaksWorker,
  isMemoryFailure,
  isStackOverflow,
  isTooLarge,
  problemOf,
  TimerFailure,
  unreadableError,
} from './run-ending.ts'
import { OutOfMemory, type Value } from './texts.ts'
import type { Vm } from './vm.ts'

const jobsPerBatch = 256
const noModules: ReadonlyMap<string, string> = new Map()

export class Run {
  readonly host: GuestHost
  readonly modules: ModuleTexts
  readonly #vm: Vm
  readonly #job: QuickJsJob
  readonly #line: Line
  readonly #path: string
  #prepared: Prepared | undefined
  readonly #deadline: number
  #busySince = 0
  #busyMs = 0

  constructor(vm: Vm, job: QuickJsJob, { line, memory }: { line: Line; memory: ModuleMemory }) {
    this.#vm = vm
    this.#job = job
    this.#line = line
    const startedAt = performance.now()
    this.#deadline = startedAt + job.limits.wallMs
    this.#prepared = job.prepared
    this.#path = `/${job.fileName.slice(job.fileName.lastIndexOf('/') + 1)}`
    this.host = new GuestHost({
      limits: job.limits,
      startedAt,
      ask: call => {
        this.#pauseClock()
        const answer = line.ask(call, this.#deadline, () => {
          this.#check()
        })
        this.#resumeClock()
        return answer
      },
      send: calls => {
        line.send(calls)
      },
    })
    this.modules = new ModuleTexts(job.modules ?? noModules, memory, (name, message) => {
      vm.raise(name, message)
    })
  }

  /** Called from inside the engine, time and again while a program computes. */
  interrupt(): void {
    this.host.flush()
    this.#check()
  }

  /** Throws what ends the run from outside. */
  #check(): void {
    if (this.#line.isCancelled()) throw new Stop('cancelled', 'The run was cancelled')
    const { wallMs } = this.#job.limits
    if (performance.now() >= this.#deadline) {
      throw new Stop('time', `Time limit exceeded: ${wallMs} ms`)
    }
  }

  complete(): QuickJsReport {
    const vm = this.#vm
    this.#resumeClock()
    const { fuel, memoryBytes } = this.#job.limits
    vm.limit({ fuel, memoryBytes })
    let ending: RunEnding
    let isBroken = false
    try {
      ending = this.#execute()
    } catch (error) {
      ending = this.#endedBy(error)
      isBroken = breaksWorker(error)
    }
    this.#pauseClock()
    const fuelUsed = fuel - vm.fuelLeft
    return {
      type: 'done',
      run: this.#job.run,
      ending,
      logs: this.host.logs,
      fuel: Math.max(0, Math.min(fuelUsed, this.#fuelAtEnd ?? fuelUsed)),
      cpuMs: this.#busyMs,
      memoryPeakBytes: Math.min(vm.memoryBytes, Math.max(memoryBytes, vm.baseBytes)),
      hostCalls: this.host.hostCalls,
      prepared: this.#job.prepared === undefined ? this.#prepared : undefined,
      retire: isBroken || this.modules.brokeParser,
    }
  }

  #fuelAtEnd: number | undefined

  #execute(): RunEnding {
    const vm = this.#vm
    const { source, fileName } = this.#job
    this.#prepared ??= prepareProgram(source, this.#path)
    const prepared = this.#prepared
    this.modules.texts.set(this.#path, { name: fileName, source, prepared })
    const globals = Object.entries(this.#job.globals).flat()
    vm.free(vm.callWithText('begin', [String(this.#job.limits.inFlight), ...globals]))
    const module = vm.evaluateModule(prepared.code, this.#path)
    if (vm.isException(module)) return this.#failed(vm.takeException())
    const flag = vm.newString(prepared.callsDefault ? '1' : '')
    const followed = vm.call('follow', [module, flag])
    this.#pump(followed)
    const result = vm.promiseResult(followed)
    if (vm.promiseState(followed) === 'rejected') return this.#failed(result)
    return this.#completed(result)
  }

  /** Runs jobs, answers and timers until the promise is settled. */
  #pump(promise: Value): void {
    const vm = this.#vm
    for (;;) {
      while (vm.runJobs(jobsPerBatch)) this.interrupt()
      this.#check()
      if (vm.promiseState(promise) !== 'pending') break
      this.#waitForTurn()
    }
    this.host.flush()
  }

  /**
   * The next answer or timer: every one is a turn of its own, however many came together, and waiting touches nothing in
   * the engine. What a program spends depends on their order alone.
   */
  #waitForTurn(): void {
    const due = this.host.hasTimers ? this.#nextDue() : -1
    for (;;) {
      const answer = this.#line.take()
      if (answer !== undefined) {
        this.#deliver(answer)
        return
      }
      if (due >= 0 && due <= Date.now()) {
        this.#fireTimer()
        return
      }
      if (due < 0 && this.host.inFlight === 0) this.#stopDead()
      this.#sleep(due)
      this.#check()
    }
  }

  #deliver({ id, ok, text }: Answer): void {
    this.host.answered()
    this.#vm.free(this.#vm.callWithText('deliver', [id, ok ? '1' : '', text]))
  }

  #nextDue(): number {
    const vm = this.#vm
    const next = vm.call('nextDue')
    const due = vm.readNumber(next)
    vm.free(next)
    return due
  }

  #fireTimer(): void {
    const vm = this.#vm
    const result = vm.call('fireNext')
    if (vm.isException(result)) throw new TimerFailure(vm.takeException())
    vm.free(result)
  }

  #stopDead(): never {
    throw new Stop(
      this.#vm.wasDeniedMemory ? 'memory' : 'deadlock',
      'Deadlock: the program waits for something that can never happen; nothing is running, no call is in flight, no timer is set',
    )
  }

  #sleep(due: number): void {
    this.host.flush()
    const untilDue = due < 0 ? Infinity : performance.now() + due - Date.now()
    this.#pauseClock()
    this.#line.wait(Math.min(untilDue, this.#deadline))
    this.#resumeClock()
  }

  #completed(value: Value): RunEnding {
    const vm = this.#vm
    const text = vm.call('encode', [value])
    if (vm.isException(text)) return this.#failed(vm.takeException())
    const json = vm.readString(text)
    if (this.host.inFlight > 0) {
      this.host.warn(
        `${this.host.inFlight} host calls were still running when the program ended and were cancelled; await them`,
      )
    }
    const problem = problemOf(json)
    if (problem === undefined) return { status: 'completed', text: json }
    return { status: 'failed', error: { name: 'RangeError', message: problem } }
  }

  #failed(thrown: Value): RunEnding {
    const vm = this.#vm
    this.#fuelAtEnd = this.#job.limits.fuel - vm.fuelLeft
    const wasDenied = vm.wasDeniedMemory
    vm.grantReserve()
    const text = vm.call('describe', [thrown])
    if (vm.isException(text)) return wasDenied ? this.#outOfMemory() : unreadableError
    const description = readDescription(vm.readString(text))
    if (description.overCallLimit) {
      return { status: 'stopped', limit: 'hostCalls', message: description.message }
    }
    if (wasDenied && isMemoryFailure(description)) return this.#outOfMemory()
    if (isTooLarge(description)) return this.#outOfMemory(description.message)
    return { status: 'failed', error: toProgramError(description, this.modules.texts) }
  }

  #endedBy(error: unknown): RunEnding {
    if (error instanceof Stop) {
      return { status: 'stopped', limit: error.limit, message: error.message }
    }
    if (error instanceof SyntaxProblem) {
      const { fileName, source } = this.#job
      return { status: 'failed', error: syntaxError(error, { name: fileName, source }) }
    }
    if (this.#vm.fuelLeft < 0) {
      const { fuel } = this.#job.limits
      return { status: 'stopped', limit: 'fuel', message: `Fuel limit exceeded: ${fuel} units` }
    }
    if (error instanceof OutOfMemory || this.#vm.wasDeniedMemory) return this.#outOfMemory()
    return this.#crashed(error)
  }

  #crashed(error: unknown): RunEnding {
    if (error instanceof TimerFailure) return this.#guarded(error.thrown)
    const message = isStackOverflow(error)
      ? 'Maximum call stack size exceeded'
      : 'The engine stopped unexpectedly'
    return {
      status: 'failed',
      error: { name: isStackOverflow(error) ? 'RangeError' : 'InternalError', message },
    }
  }

  #guarded(thrown: Value): RunEnding {
    try {
      return this.#failed(thrown)
    } catch (error) {
      return this.#endedBy(error)
    }
  }

  #outOfMemory(how?: string): RunEnding {
    const { memoryBytes } = this.#job.limits
    return {
      status: 'stopped',
      limit: 'memory',
      message: `Memory limit exceeded: ${how ?? formatMemoryLimit(memoryBytes)}`,
    }
  }

  #resumeClock(): void {
    this.#busySince = performance.now()
  }

  #pauseClock(): void {
    this.#busyMs += performance.now() - this.#busySince
  }
}
