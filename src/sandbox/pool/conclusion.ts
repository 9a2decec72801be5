/** What a run's end means to its caller. */
import { ExecutionError } from '../../errors.ts'
import type { Limits } from '../limits.ts'
import type { Ending, Outcome } from '../outcome.ts'
import type { Report, RunEnding } from '../worker/protocol.ts'
import type { Concluded, Conclusion } from './conversation.ts'

export function threadState(conclusion: Conclusion<Report>): 'kept' | 'retired' | 'killed' {
  if (conclusion.kind !== 'reported') return 'killed'
  return conclusion.report.retire ? 'retired' : 'kept'
}

export interface Circumstances {
  readonly wallMs: number
  readonly cacheHit: boolean
  readonly limits: Limits
}

export function toOutcome(conclusion: Concluded<Report>, circumstances: Circumstances): Outcome {
  const { hostCalls } = conclusion
  const { wallMs, cacheHit } = circumstances
  if (conclusion.kind !== 'reported') {
    const counted = { wallMs, cacheHit, hostCalls: hostCalls.length }
    return {
      ...killedEnding(conclusion, circumstances),
      logs: [],
      hostCalls,
      usage: { ...counted, fuel: 0, cpuMs: wallMs, memoryPeakBytes: 0 },
    }
  }
  const { report } = conclusion
  return {
    ...toEnding(report.ending, wallMs),
    logs: report.logs,
    hostCalls,
    usage: { ...usageOf(report), wallMs, cacheHit },
  }
}

function usageOf({
  fuel,
  cpuMs,
  memoryPeakBytes,
  hostCalls,
}: Report): Pick<Report, 'fuel' | 'cpuMs' | 'memoryPeakBytes' | 'hostCalls'> {
  return { fuel, cpuMs, memoryPeakBytes, hostCalls }
}

function toEnding(ending: RunEnding, afterMs: number): Ending {
  if (ending.status === 'stopped') return { ...ending, afterMs }
  if (ending.status === 'failed') return ending
  const value: unknown = ending.text === '' ? undefined : JSON.parse(ending.text)
  return ending.exitCode === undefined
    ? { status: 'completed', value }
    : { status: 'completed', value, exitCode: ending.exitCode }
}

function killedEnding(
  conclusion: Exclude<Conclusion<Report>, { kind: 'reported' }>,
  { wallMs: afterMs, limits }: Circumstances,
): Ending {
  switch (conclusion.kind) {
    case 'overdue': {
      const message = `Time limit exceeded: ${limits.wallMs} ms`
      return { status: 'stopped', limit: 'time', message, afterMs }
    }
    case 'cancelled':
      return { status: 'stopped', limit: 'cancelled', message: 'The run was cancelled', afterMs }
    case 'crashed':
      return crashEnding(conclusion.error, afterMs)
    default:
      return conclusion satisfies never
  }
}

function crashEnding(error: Error, afterMs: number): Ending {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { status: 'stopped', limit: 'memory', message: 'Memory limit exceeded', afterMs }
  }
  throw new ExecutionError(
    'SANDBOX_CRASHED',
    'Cannot finish the program: its sandbox worker ended unexpectedly; run it again',
    { cause: error },
  )
}
