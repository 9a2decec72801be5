/** One run of a module inside the worker: rewrite, compile, link, call, tell how it ended. */
import { ExecutionError } from '../../errors.ts'
import { meterModule } from '../metering/index.ts'
import type { ProgramError } from '../outcome.ts'
import { GuestHost } from '../worker/guest-host.ts'
import type { Line } from '../worker/line.ts'
import type { RunEnding } from '../worker/protocol.ts'
import { Stop } from '../worker/stop.ts'
import { BadPointer, GuestMemory } from './guest-memory.ts'
import { hostFunctions } from './host-functions.ts'
import { Guest, linkImports } from './link.ts'
import type { CompiledModule, Refusal, WasmCall, WasmJob, WasmReport } from './messages.ts'
import { chooseEntry, toNative, toText } from './values.ts'
import { ProcExit, type WasiWorld, wasiWorld } from './wasi.ts'

/** 512 MiB: what a profile may allow at most; each run has its own limit below. */
const maxPages = 8192

/** What a module may not be, or a call may not ask for. */
class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

interface Ended {
  readonly ending: RunEnding
  readonly refused: Refusal | undefined
}

export class WasmRun {
  readonly host: GuestHost
  readonly #job: WasmJob
  readonly #startedAt = performance.now()
  #waitedMs = 0
  #compiled: CompiledModule | undefined
  #guest: Guest | undefined

  constructor(job: WasmJob, line: Line) {
    this.#job = job
    const deadline = this.#startedAt + job.limits.wallMs
    const check = (): void => {
      if (line.isCancelled()) throw new Stop('cancelled', 'The run was cancelled')
      if (performance.now() < deadline) return
      throw new Stop('time', `Time limit exceeded: ${job.limits.wallMs} ms`)
    }
    this.host = new GuestHost({
      limits: job.limits,
      startedAt: this.#startedAt,
      ask: call => {
        const from = performance.now()
        const answer = line.ask(call, deadline, check)
        this.#waitedMs += performance.now() - from
        return answer
      },
      send: calls => {
        line.send(calls)
      },
    })
  }

  complete(): WasmReport {
    const { ending, refused } = this.#execute()
    const { fuel } = this.#job.limits
    const fuelLeft = this.#guest?.fuelLeft ?? fuel
    return {
      type: 'done',
      run: this.#job.run,
      ending,
      refused,
      logs: this.host.logs,
      fuel: fuel - fuelLeft,
      cpuMs: performance.now() - this.#startedAt - this.#waitedMs,
      memoryPeakBytes: this.#guest?.memoryBytes ?? 0,
      hostCalls: this.host.hostCalls,
      compiled: this.#job.compiled === undefined ? this.#compiled : undefined,
      retire: false,
    }
  }

  #execute(): Ended {
    try {
      this.#compiled = this.#job.compiled ?? compile(this.#job.bytes ?? new Uint8Array(0))
      const { call } = this.#job
      if (call === undefined) {
        return { ending: { status: 'completed', text: '' }, refused: undefined }
      }
      return { ending: this.#call(this.#compiled, call), refused: undefined }
    } catch (error) {
      if (error instanceof Refused) {
        return { ending: failed('Error', error.message), refused: error.refusal }
      }
      return { ending: this.#endedBy(error), refused: undefined }
    }
  }

  #call(compiled: CompiledModule, call: WasmCall): RunEnding {
    const entry = chooseEntry(compiled.functions, call)
    if ('message' in entry) throw new Refused(entry)
    const { memoryBytes, fuel } = this.#job.limits
    if (compiled.minPages * 65_536 > memoryBytes) {
      throw new Stop(
        'memory',
        `Memory limit exceeded: the module starts with ${compiled.minPages} pages, ${memoryBytes} bytes are allowed`,
      )
    }
    const memory = new GuestMemory(() => this.#guestMemory())
    const wasi = wasiWorld({ host: this.host, memory, commandLine: call.commandLine })
    const functions = {
      env: hostFunctions({ host: this.host, memory }),
      wasi: wasi.functions,
      beforeCall: () => {
        this.#chargeCall()
      },
    }
    const linked = linkImports(compiled.module, functions)
    if ('message' in linked) throw new Refused(linked)
    this.#guest = new Guest(new WebAssembly.Instance(compiled.module, linked.imports))
    this.#guest.grant({ fuel, memoryBytes })
    const isCommand = entry.name === '_start'
    return this.#finish(this.#guest, {
      name: entry.name,
      args: toNative(entry, call.args),
      wasi,
      isCommand,
    })
  }

  #finish(
    guest: Guest,
    {
      name,
      args,
      wasi,
      isCommand,
    }: { name: string; args: (number | bigint)[]; wasi: WasiWorld; isCommand: boolean },
  ): RunEnding {
    try {
      guest.start()
      const result = guest.call(name, args)
      wasi.flush()
      return isCommand
        ? { status: 'completed', text: '', exitCode: 0 }
        : { status: 'completed', text: toText(result) }
    } catch (error) {
      if (!(error instanceof Stop)) wasi.flush()
      if (error instanceof ProcExit) {
        return { status: 'completed', text: '', exitCode: error.code & 0xff }
      }
      throw error
    }
  }

  /** The module pays; its own meters look only where it computes. */
  #chargeCall(): void {
    const guest = this.#guest
    guest?.chargeCall()
    if (guest !== undefined && guest.fuelLeft < 0) throw outOfFuel(this.#job)
  }

  #guestMemory(): WebAssembly.Memory {
    const memory = this.#guest?.memory
    if (memory === undefined) throw new BadPointer('the module exports no memory named "memory"')
    return memory
  }

  #endedBy(error: unknown): RunEnding {
    const isOutOfFuel = !(error instanceof Stop) && (this.#guest?.fuelLeft ?? 0) < 0
    const ended = isOutOfFuel ? outOfFuel(this.#job) : error
    if (ended instanceof Stop) {
      return { status: 'stopped', limit: ended.limit, message: ended.message }
    }
    return { status: 'failed', error: trapOf(ended) }
  }
}

function outOfFuel({ limits }: WasmJob): Stop {
  return new Stop('fuel', `Fuel limit exceeded: ${limits.fuel} units`)
}

/** Checks, rewrites, compiles. */
function compile(bytes: Uint8Array): CompiledModule {
  try {
    const metered = meterModule(bytes, { costs: 'length', maxPages })
    const module = new WebAssembly.Module(metered.bytes)
    return { module, minPages: metered.minPages ?? 0, functions: metered.functions }
  } catch (error) {
    if (ExecutionError.is(error)) {
      throw new Refused({ code: 'WASM_INVALID', message: error.message })
    }
    const how = error instanceof Error ? error.message : String(error)
    const message = `Cannot run the WebAssembly module: it is not valid (${how.replace(/^WebAssembly\.Module\(\): /, '')}); build it again`
    throw new Refused({ code: 'WASM_INVALID', message })
  }
}

function failed(name: string, message: string): RunEnding {
  return { status: 'failed', error: { name, message } }
}

/** Function numbers are the module's own: what the rewriter adds comes behind them. */
function trapOf(error: unknown): ProgramError {
  const trap = error instanceof Error ? error : new Error(String(error))
  const name =
    trap instanceof RangeError
      ? 'RangeError'
      : trap instanceof BadPointer
        ? 'BadPointer'
        : 'WasmTrap'
  const frames = [...(trap.stack ?? '').matchAll(/wasm-function\[(\d+)\]/g)].slice(0, 10)
  const message = trap.message
  if (frames.length === 0) return { name, message }
  return { name, message, stack: frames.map(([, index]) => `    at function[${index}]`).join('\n') }
}
