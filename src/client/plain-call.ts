/**
 * `tools/call` of the older era over stdio, past the SDK: one request, one answer. What the SDK adds to it is a second
 * check of what is kept as sent anyway, at several times the cost of the rest (docs/decisions/0013-plain-calls.md).
 */
import type { Wire } from './wire.ts'

export interface PlainCallOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs: number
}

/** The raw result; rejects with what `Wire.ask` rejects with, and with an error answer as an Error with its code and data. */
export async function plainCall(
  wire: Wire,
  params: Readonly<Record<string, unknown>>,
  { signal, timeoutMs }: PlainCallOptions,
): Promise<unknown> {
  const answer = await wire.ask({
    method: 'tools/call',
    params: { ...params },
    signal,
    timeoutMs,
    cancels: true,
  })
  if ('result' in answer) return answer.result
  const { message, code, data } = answer.error
  throw Object.assign(new Error(message), { code, data })
}
