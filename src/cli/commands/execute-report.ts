/** How a run ended, in the three formats, and the exit code that says so (contract §1, §7). */
import { type ErrorCode, ExecutionError } from '../../errors.ts'
import type { Execution } from '../../execution/index.ts'
import { cleanLine, cleanText } from '../../text/index.ts'
import { print } from '../output/index.ts'
import type { World } from '../world.ts'

export function reportExecution(execution: Execution, session: string, world: World): number {
  const isPretty = world.format === 'pretty'
  if (isPretty && execution.status !== 'rejected') tellLogs(execution, world)
  if (!isPretty || execution.status === 'completed') {
    print(world, { data: dataOf(execution, session), pretty: () => valueText(execution, session) })
  }
  const error = errorOf(execution)
  if (error !== undefined) throw error
  // A module that ran as a command ends with a code of its own.
  return exitCodeOf(execution)
}

function exitCodeOf(execution: Execution): number {
  return execution.status === 'completed' ? (execution.exitCode ?? 0) : 1
}

type Ran = Exclude<Execution, { readonly status: 'rejected' }>
type Logged = Ran['logs'][number]

function tellLogs({ logs, check }: Ran, world: World): void {
  const { yellow, red, dim } = world.colors.err
  const paint = (level: Logged['level'], text: string): string => {
    if (level === 'error') return red(text)
    if (level === 'warn') return yellow(text)
    return level === 'debug' ? dim(text) : text
  }
  if (check.status === 'unchecked') world.talk(yellow(`Ran unchecked: ${check.reason}`))
  for (const { level, message } of logs) world.talk(paint(level, cleanText(message)))
}

function dataOf(execution: Execution, session: string): unknown {
  if (execution.status === 'rejected') {
    return { status: execution.status, session, diagnostics: execution.diagnostics.map(toSnake) }
  }
  const { check, logs, hostCalls, usage, ...ending } = execution
  const error = ending.status === 'failed' ? { error: toSnake(ending.error) } : {}
  return {
    ...toSnake(ending),
    ...error,
    session,
    check: toSnake(check),
    logs: logs.map(toSnake),
    host_calls: hostCalls.map(toSnake),
    usage: toSnake(usage),
  }
}

/** Keys as every JSON of ours spells them. */
function toSnake(value: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(value).map(([key, member]) => [
    key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    member,
  ])
  return Object.fromEntries(entries)
}

function valueText(execution: Execution, session: string): string {
  if (execution.status !== 'completed') return ''
  const { value, stored } = execution
  if (stored !== undefined) {
    const { handle, shape, bytes, count, head } = stored
    return [
      `${handle}: ${cleanText(shape)}, ${bytes} bytes${count === undefined ? '' : `, ${count} members`}`,
      cleanText(JSON.stringify(head, undefined, 2)),
      `Kept whole: results.get('${handle}') in the next program of this session, --session ${session}`,
    ].join('\n')
  }
  if (typeof value === 'string') return cleanText(value)
  return value === undefined ? '' : cleanText(JSON.stringify(value, undefined, 2))
}

function errorOf(execution: Execution): ExecutionError | undefined {
  switch (execution.status) {
    case 'completed':
      return undefined
    case 'rejected':
      return rejection(execution)
    case 'failed':
      return failure(execution)
    case 'stopped': {
      const message = `Cannot finish the program: ${execution.message}; ${stopHelp[execution.limit]}`
      return new ExecutionError(stopCode[execution.limit], message)
    }
    default:
      return execution satisfies never
  }
}

function rejection({
  diagnostics,
}: Extract<Execution, { readonly status: 'rejected' }>): ExecutionError {
  const shown = diagnostics.map(({ line, column, code, message, codeFrame }) =>
    [`${line}:${column} ${code} ${message}`, codeFrame].filter(text => text !== '').join('\n'),
  )
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`
  return new ExecutionError(
    'PROGRAM_INVALID',
    `Cannot run the program: ${count}, nothing was called\n${shown.join('\n')}`,
    {
      details: {
        diagnostics: diagnostics.map(({ line, column, code, message }) => ({
          line,
          column,
          code,
          message,
        })),
      },
    },
  )
}

function failure({ error }: Extract<Execution, { readonly status: 'failed' }>): ExecutionError {
  const { name, message, file, line, column, codeFrame } = error
  const at = line === undefined ? '' : ` at ${file ?? 'program.ts'}:${line}:${column ?? 1}`
  const frame = codeFrame === undefined ? '' : `\n${cleanText(codeFrame)}`
  return new ExecutionError(
    'PROGRAM_FAILED',
    `Cannot finish the program: ${cleanLine(name)}: ${cleanText(message)}${at}${frame}`,
    {
      details: {
        name,
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
      },
    },
  )
}

type Limit = Extract<Execution, { readonly status: 'stopped' }>['limit']

const stopCode: Readonly<Record<Limit, ErrorCode>> = {
  fuel: 'FUEL_EXHAUSTED',
  time: 'TIMEOUT',
  memory: 'MEMORY_EXHAUSTED',
  hostCalls: 'HOST_CALL_LIMIT',
  console: 'OUTPUT_LIMIT',
  deadlock: 'DEADLOCK',
  cancelled: 'INTERRUPTED',
}

const stopHelp: Readonly<Record<Limit, string>> = {
  fuel: 'do less work, or give --fuel',
  time: 'do less, or give --timeout',
  memory: 'keep less at once, or give --memory',
  hostCalls: 'call less, or give --max-calls',
  console: 'log less',
  deadlock: 'await only what can happen',
  cancelled: 'run it again',
}
