/** What a command that failed says on stderr, and the exit code it ends with (contract §1). */
import { inspect } from 'node:util'

import { ExecutionError, type ExitCode } from '../../errors.ts'
import { redact } from '../../text/index.ts'
import type { World } from '../world.ts'

export type FailureWorld = Pick<World, 'format' | 'verbosity' | 'home' | 'io' | 'colors' | 'signal'>

/** Prints the error: `{error, code, details}` as JSON under json, else one line; the stack and the causes only with -v. */
export function printFailure(world: FailureWorld, thrown: unknown): ExitCode {
  const error = asExecutionError(thrown, world.signal)
  const text = world.format === 'json' ? jsonText(error) : plainText(world, error)
  world.io.stderr.write(`${redact(text, world)}\n`)
  if (world.verbosity === 'verbose') {
    world.io.stderr.write(`${redact(inspect(thrown, { depth: 4 }), world)}\n`)
  }
  return error.exitCode
}

/** Every thrown thing as an ExecutionError: an abort of ours is INTERRUPTED, a system error IO, the rest INTERNAL. */
export function asExecutionError(thrown: unknown, signal?: AbortSignal): ExecutionError {
  if (thrown instanceof ExecutionError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (signal?.aborted === true) {
    return new ExecutionError('INTERRUPTED', 'Cannot finish: interrupted', { cause: thrown })
  }
  if (isSystemError(thrown)) return new ExecutionError('IO', message, { cause: thrown })
  return new ExecutionError('INTERNAL', message, { cause: thrown })
}

function isSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown && 'code' in thrown
}

function jsonText({ message, code, details }: ExecutionError): string {
  const shown = Object.keys(details).length === 0 ? {} : { details }
  return JSON.stringify({ error: message, code, ...shown }, undefined, 2)
}

function plainText({ format, colors }: FailureWorld, { message, code }: ExecutionError): string {
  if (format === 'text') return `${code}: ${message}`
  return `${colors.err.red('error')} ${message} ${colors.err.dim(`[${code}]`)}`
}
