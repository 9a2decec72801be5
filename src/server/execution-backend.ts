/** The search → describe → execute journey as our tools see it, one execution session a conversation. */
import { LRUCache } from 'lru-cache'

import type { ToolCaller } from '../bridge/index.ts'
import { ExecutionError } from '../errors.ts'
import {
  type Execution,
  type ServerDescription,
  type Session,
  type ToolDescription,
} from '../execution/index.ts'
import { newSessionId } from '../ids.ts'
import { cleanLine } from '../text/index.ts'
import type { Backend, ProgramReport } from './backend.ts'

export interface ExecutionBackendDeps {
  readonly caller: ToolCaller
  /** The session of that id, as it was left; a new one without an id. */
  readonly session: (options?: { readonly id?: string }) => Session
}

type ExecutionBackend = Pick<
  Backend,
  'caller' | 'newSession' | 'search' | 'describe' | 'execute' | 'readResult'
>

/** Sessions held open; what they keep is in their store, so one that was let go opens again as it was. */
export const maxOpenSessions = 1000

export function executionBackend({ caller, session }: ExecutionBackendDeps): ExecutionBackend {
  const open = new LRUCache<string, Session>({ max: maxOpenSessions })
  const sessionOf = (id: string): Session => {
    const opened = open.get(id) ?? session({ id })
    open.set(id, opened)
    return opened
  }
  const reader = session()
  return {
    caller,
    newSession: newSessionId,
    search: searchOf(reader),
    describe: async (names, { signal }) => {
      const described = await Promise.all(names.map(name => describeOne(reader, name, signal)))
      return described.join('\n\n')
    },
    execute: async ({ code, session: id, profile, timeoutSecs, check }, { signal }) => {
      const execution = await sessionOf(id).execute(code, {
        signal,
        ...(profile === undefined ? {} : { profile }),
        ...(timeoutSecs === undefined ? {} : { limits: { wallMs: timeoutSecs * 1000 } }),
        ...(check === undefined ? {} : { check }),
      })
      return reportOf(execution)
    },
    readResult: async (id, handle) => {
      try {
        return { handle, json: await sessionOf(id).store.results.get(handle) }
      } catch (error) {
        if (ExecutionError.is(error, 'NOT_FOUND') || ExecutionError.is(error, 'INVALID_ARGUMENT')) {
          return undefined
        }
        throw error
      }
    },
  }
}

async function describeOne(session: Session, name: string, signal: AbortSignal): Promise<string> {
  const found = await session.describe(name, { signal })
  return 'tools' in found ? serverText(found) : toolText(found)
}

function serverText({ server, name, version, instructions, tools }: ServerDescription): string {
  const about = instructions === undefined ? [] : [instructions]
  const heading = `// ${server}: ${name} ${version}, ${tools.length} tools`
  return [heading, ...about, ...tools.map(tool => tool.line)].join('\n')
}

function toolText({ server, typescript_name: name, signature }: ToolDescription): string {
  return `// import { ${name} } from '${server}'\n${signature}`
}

function reportOf(execution: Execution): ProgramReport {
  if (execution.status === 'rejected') {
    const findings = execution.diagnostics.map(
      ({ line, column, message, codeFrame }) => `${line}:${column} ${message}\n${codeFrame}`,
    )
    const error = `Not run: the type check found ${findings.length}\n${findings.join('\n')}`
    return { status: 'failed', error, logs: [], toolCalls: 0, durationMs: execution.durationMs }
  }
  const { logs, hostCalls, usage } = execution
  const common = {
    logs: logs.map(logLine),
    toolCalls: hostCalls.filter(call => call.operation === 'callTool').length,
    durationMs: usage.wallMs,
  }
  return { ...common, ...endingOf(execution) }
}

type Ran = Exclude<Execution, { readonly status: 'rejected' }>

function endingOf(
  run: Ran,
): Pick<ProgramReport, 'status' | 'value' | 'handle' | 'error' | 'parts'> {
  switch (run.status) {
    case 'completed':
      return {
        status: run.status,
        value: run.stored === undefined ? run.value : withoutHandle(run.stored),
        ...(run.stored === undefined ? {} : { handle: run.stored.handle }),
        parts: contentParts(run.value),
      }
    case 'failed': {
      const { name, message, file, line, column, codeFrame } = run.error
      const at = line === undefined ? '' : ` (${file ?? 'program'}:${line}:${column ?? 1})`
      const frame = codeFrame === undefined ? '' : `\n${codeFrame}`
      return { status: run.status, error: `${name}: ${message}${at}${frame}` }
    }
    case 'stopped':
      return { status: run.status, error: run.message }
    default:
      return run satisfies never
  }
}

function withoutHandle<Value extends { readonly handle: string }>({
  handle: _handle,
  ...summary
}: Value): Omit<Value, 'handle'> {
  return summary
}

/** Images and audio a program returns as a tool gave them: a client shows them, so they go out as content too. */
function contentParts(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter(isMedia)
}

function isMedia(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const isTyped = 'type' in value && (value.type === 'image' || value.type === 'audio')
  return isTyped && 'data' in value && 'mimeType' in value
}

function logLine({ level, message }: Ran['logs'][number]): string {
  return level === 'log' || level === 'info' ? message : `${level}: ${message}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function searchOf(reader: Session): Backend['search'] {
  return async (query, { server, limit, signal }) => {
    const only = server === undefined ? {} : { server }
    const { tools, programs, unreachable } = await reader.search(query, { limit, signal, ...only })
    return {
      tools,
      programs: programs.map(({ name, exports, description }) => ({
        module: `skills/${name}`,
        exports,
        description: cleanLine(description),
      })),
      unreachable: unreachable.map(({ id, error }) => `${id}: ${messageOf(error)}`),
    }
  }
}
