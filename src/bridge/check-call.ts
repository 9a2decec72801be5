/** Whether a call may leave: the tool exists, is allowed, and its arguments fit. */
import type { Catalog, Tool, Violation } from '../catalog/index.ts'
import type { ServerSpec } from '../config/index.ts'
import { ExecutionError } from '../errors.ts'
import type { ToolName } from '../ids.ts'
import { isNestedDeeper, maxValueDepth } from '../json-value.ts'
import { cleanLine, didYouMean, nearest, quoteName, truncate } from '../text/index.ts'
import type { BridgeDeps } from './bridge-deps.ts'
import { propertyNames, signature } from './signature.ts'

const maxShownViolations = 5

/** Throws SECURITY_REFUSED for a tool that the server's entry keeps from us. */
export function checkAllowed({ name, settings }: ServerSpec, tool: ToolName): void {
  const blocked = settings.blockedTools?.includes(tool) === true
  if (!blocked && settings.allowedTools?.includes(tool) !== false) return
  const list = blocked ? 'in its blockedTools' : 'not in its allowedTools'
  throw new ExecutionError(
    'SECURITY_REFUSED',
    `Cannot call tool ${quoteName(tool)} of server ${quoteName(name)}: it is ${list}; change the server's entry to allow it`,
    { details: { server: name, tool } },
  )
}

/** Throws TOOL_NOT_FOUND, with the name that was probably meant. */
export function findTool(
  { name }: Pick<ServerSpec, 'name'>,
  { tools, skipped }: Catalog,
  wanted: string,
): Tool {
  const tool = tools.find(candidate => candidate.name === wanted)
  if (tool !== undefined) return tool
  const reason = skipped.find(candidate => candidate.name === wanted)?.reason
  const near = nearest(
    wanted,
    tools.map(candidate => candidate.name),
  )
  const how =
    reason === undefined ? 'the server has no such tool' : `it was left out: ${cleanLine(reason)}`
  const help =
    near === undefined
      ? `see: mcp-execution introspect ${name}`
      : `did you mean ${quoteName(near)}?`
  throw new ExecutionError(
    'TOOL_NOT_FOUND',
    `Cannot call tool ${quoteName(wanted)} of server ${quoteName(name)}: ${how}; ${help}`,
    { details: { server: name, tool: wanted, ...(near !== undefined && { didYouMean: near }) } },
  )
}

/** Throws VALIDATION, naming each path, what was expected there, and the tool's signature. */
export async function checkArguments(
  tool: Tool,
  args: Readonly<Record<string, unknown>>,
  validate: BridgeDeps['validate'],
): Promise<void> {
  if (isNestedDeeper(args, maxValueDepth)) {
    const how = `its arguments nest more than ${maxValueDepth} levels deep; give it something flatter`
    throw new ExecutionError('VALIDATION', `Cannot call tool ${quoteName(tool.name)}: ${how}`)
  }
  const violations = await validate(tool.inputSchema, args)
  if (violations.length === 0) return
  const described = [...violations.slice(0, maxShownViolations).map(describe), ...hints(tool, args)]
  const more =
    violations.length > maxShownViolations
      ? ` and ${violations.length - maxShownViolations} more`
      : ''
  throw new ExecutionError(
    'VALIDATION',
    `Cannot call tool ${quoteName(tool.name)}: ${described.join('; ')}${more}; expected: ${signature(tool)}`,
    {
      details: {
        tool: tool.name,
        violations: violations.slice(0, 50).map(({ path, message }) => ({ path, message })),
        signature: signature(tool),
      },
    },
  )
}

function describe({ path, message }: Violation): string {
  const place = path === '' ? 'the arguments' : `"${truncate(cleanLine(path), 200)}"`
  return `${place}: ${truncate(cleanLine(message), 300)}`
}

/** For names among the arguments that the tool does not know, but nearly does. */
function hints({ inputSchema }: Tool, args: Readonly<Record<string, unknown>>): readonly string[] {
  const known = propertyNames(inputSchema)
  const strangers = Object.keys(args).filter(name => !known.includes(name))
  return strangers.slice(0, maxShownViolations).flatMap(name => {
    const meant = didYouMean(name, known)
    return meant === undefined ? [] : [`for ${quoteName(name)}, ${meant}`]
  })
}
