import { z } from 'zod'

import type { Backend, ProgramReport } from '../backend.ts'
import { resultUri } from '../resource-uri.ts'
import { defineTool, type ServerTool, type ToolAnswer } from '../tool.ts'

/** A program may ask for less time than its profile gives, or for up to this much. */
const maxTimeoutSecs = 600

export function executeCode({ execute }: Pick<Backend, 'execute'>): ServerTool {
  return defineTool({
    name: 'execute_code',
    title: 'Run a program',
    description:
      'Type-check and run TypeScript in a sandbox with no network, files or env: tools are its only way out. Return only what you need.',
    input: z.strictObject({
      code: z.string(),
      session: z.string().optional().describe('keeps state, files, results between runs'),
      profile: z.enum(['strict', 'moderate', 'permissive']).optional(),
      timeout_secs: z.number().positive().max(maxTimeoutSecs).optional(),
      check: z.boolean().optional(),
    }),
    output: z.object({
      status: z.enum(['completed', 'failed', 'stopped']),
      value: z.unknown().optional(),
      handle: z.string().optional(),
      error: z.string().optional(),
      logs: z.array(z.string()).optional(),
      session: z.string(),
    }),
    annotations: { readOnlyHint: false },
    run: async ({ code, profile, timeout_secs: timeoutSecs, check, ...args }, context) => {
      const session = args.session ?? context.defaultSession()
      const report = await execute(
        {
          code,
          session,
          ...(profile === undefined ? {} : { profile }),
          ...(timeoutSecs === undefined ? {} : { timeoutSecs }),
          ...(check === undefined ? {} : { check }),
        },
        { signal: context.signal },
      )
      return answerOf(report, session)
    },
  })
}

function answerOf(report: ProgramReport, session: string): ToolAnswer {
  const { status, value, handle, error, logs, toolCalls, durationMs } = report
  const structured = {
    status,
    ...(value === undefined ? {} : { value }),
    ...(handle === undefined ? {} : { handle, resource: resultUri(session, handle) }),
    ...(error === undefined ? {} : { error }),
    ...(logs.length === 0 ? {} : { logs }),
    session,
    tool_calls: toolCalls,
    duration_ms: Math.round(durationMs),
  }
  const parts = [...(report.parts ?? []), ...linkTo(session, handle)]
  const answer = { structured, text: textOf(report), parts }
  return status === 'completed' ? answer : { ...answer, isError: true }
}

// The text says what the structured value says, without its names: clients show a model one of the two.
function textOf({ status, value, handle, error, logs }: ProgramReport): string {
  const result = status === 'completed' ? (JSON.stringify(value) ?? 'undefined') : (error ?? status)
  const stored = handle === undefined ? [] : [`Whole value: results.get(${JSON.stringify(handle)})`]
  const said = logs.length === 0 ? [] : [`Console:\n${logs.join('\n')}`]
  return [result, ...stored, ...said].join('\n')
}

function linkTo(session: string, handle: string | undefined): Record<string, unknown>[] {
  if (handle === undefined) return []
  const uri = resultUri(session, handle)
  return [{ type: 'resource_link', uri, name: handle, mimeType: 'application/json' }]
}
