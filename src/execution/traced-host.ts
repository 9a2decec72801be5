/** Tells of every host call when it ends: what `--trace` prints. */
import type { HostCall } from '../sandbox/index.ts'
import type { TracedCall } from './code-executor.ts'

export function traced(
  host: HostCall,
  onCall: ((call: TracedCall) => void) | undefined,
  now: () => number,
): HostCall {
  if (onCall === undefined) return host
  const beganAt = now()
  return async (operation, payload, options) => {
    const startedAt = now()
    const tell = (ok: boolean): void => {
      const target = targetOf(payload)
      onCall({
        operation,
        target,
        startedMs: startedAt - beganAt,
        durationMs: now() - startedAt,
        ok,
      })
    }
    try {
      const answer = await host(operation, payload, options)
      tell(true)
      return answer
    } catch (error) {
      tell(false)
      throw error
    }
  }
}

function targetOf(payload: string): string {
  const parsed: unknown = JSON.parse(payload)
  const fields = new Map<string, unknown>(Object.entries(Object(parsed)))
  const [first] = ['path', 'key', 'handle', 'query']
    .map(name => fields.get(name))
    .filter(value => typeof value === 'string')
  const tool = [fields.get('server'), fields.get('tool')].filter(part => typeof part === 'string')
  return tool.length > 0 ? tool.join('.') : (first ?? '')
}
