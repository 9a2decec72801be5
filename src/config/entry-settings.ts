/** An entry's time limits and tool filters, in our units. */
import { type Fields, invalid, listMember, member, numberMember } from './fields.ts'
import type { ServerSettings } from './server-spec.ts'

/** What a client means by its `timeout`. */
export interface TimeoutRule {
  readonly timeoutUnit: 's' | 'ms'
  readonly timeoutMeans: 'callTimeoutSecs' | 'discoverTimeoutSecs'
}

const maxConnectSecs = 600
const maxTools = 10_000
const maxCallSecs: number = 24 * 3600

/** Only members that are set: nothing here may overwrite a default with undefined. */
export function readSettings(fields: Fields, rule: TimeoutRule): ServerSettings {
  const settings: ServerSettings = {
    ...readTimeouts(fields, rule),
    allowedTools: allowed(fields),
    blockedTools: listMember(fields, blockingKeys),
    cacheTools: listMember(fields, ['cacheTools']),
    maxTools: toolCount(fields),
    maxCallsPerSecond: positive(fields, 'maxCallsPerSecond'),
    maxConcurrentCalls: positive(fields, 'maxConcurrentCalls'),
  }
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) Reflect.deleteProperty(settings, name)
  }
  return settings
}

const blockingKeys = ['blockedTools', 'disabled_tools', 'excludeTools', 'disabledTools']

function readTimeouts(fields: Fields, rule: TimeoutRule): Partial<ServerSettings> {
  const own = {
    connectTimeoutSecs: seconds(
      fields,
      ['connectTimeoutSecs', 'startup_timeout_sec'],
      maxConnectSecs,
    ),
    discoverTimeoutSecs: seconds(fields, ['discoverTimeoutSecs'], maxConnectSecs),
    callTimeoutSecs: seconds(fields, ['callTimeoutSecs', 'tool_timeout_sec'], maxCallSecs),
  }
  const timeout = numberMember(fields, ['timeout'])
  if (timeout === undefined || own[rule.timeoutMeans] !== undefined) return own
  if (rule.timeoutUnit === 'ms' && timeout < 1000) {
    fields.warnings.push('"timeout" is in milliseconds and below 1000; it is ignored')
    return own
  }
  const limit = rule.timeoutMeans === 'callTimeoutSecs' ? maxCallSecs : maxConnectSecs
  const secs = Math.min(rule.timeoutUnit === 'ms' ? timeout / 1000 : timeout, limit)
  return secs > 0 ? { ...own, [rule.timeoutMeans]: secs } : own
}

function seconds(fields: Fields, names: readonly string[], limit: number): number | undefined {
  const value = numberMember(fields, names)
  if (value === undefined || (value > 0 && value <= limit)) return value
  return invalid(
    fields,
    `"${names[0]}" is ${value}`,
    `give more than 0 and at most ${limit} seconds`,
  )
}

function toolCount(fields: Fields): number | undefined {
  const value = numberMember(fields, ['maxTools'])
  const fits = value === undefined || (Number.isInteger(value) && value >= 1 && value <= maxTools)
  if (fits) return value
  return invalid(fields, `"maxTools" is ${value}`, `give a whole number from 1 to ${maxTools}`)
}

function positive(fields: Fields, name: string): number | undefined {
  const value = numberMember(fields, [name])
  if (value === undefined || (value > 0 && Number.isFinite(value))) return value
  return invalid(fields, `"${name}" is ${value}`, 'give a number above 0')
}

const allowingKeys = ['allowedTools', 'enabled_tools', 'includeTools', 'tools']

// Copilot writes ["*"] for all of them; Codex keeps settings per tool in an object of the same name.
function allowed(fields: Fields): readonly string[] | undefined {
  const found = member(fields, allowingKeys)
  const perTool = found?.name === 'tools' && !Array.isArray(found.value)
  if (found === undefined || perTool) return undefined
  const tools = listMember(fields, [found.name])
  return tools?.includes('*') === true ? undefined : tools
}
