/** Example calls as a skill shows them: from a shell, and from a program. Inert in a skill, and valid as they stand. */
import { exampleArguments } from './example.ts'
import { fencedCode, inertJson } from './neutralise.ts'
import type { SkillTool } from './skill-source.ts'
import type { WithDeadline } from './with-deadline.ts'

export interface ExampleCall {
  readonly tool: SkillTool
  readonly args: Readonly<Record<string, unknown>>
}

/** A call the tool's schema accepts; undefined where there is no schema, or none could be made. */
export function exampleCall(tool: SkillTool, withDeadline?: WithDeadline): ExampleCall | undefined {
  if (tool.inputSchema === undefined) return undefined
  const args = exampleArguments(tool.inputSchema, withDeadline)
  return args === undefined ? undefined : { tool, args }
}

/** `mcp-execution call server.tool '{…}'`; undefined for a name that a shell or a client would act on. */
export function shellCall(serverId: string, { tool, args }: ExampleCall): string | undefined {
  if (!/^[\w.:/-]+$/.test(tool.name) || tool.name.includes('---')) return undefined
  return `mcp-execution call ${serverId}.${tool.name} '${inertJson(args)}'`
}

/** A whole program with one call, its value the tool's answer. */
export function programCall(serverId: string, call: ExampleCall): string {
  return [importLine(serverId, call.tool), '', `export default ${callExpression(call)}`].join('\n')
}

export function importLine(serverId: string, { typescriptName, file }: SkillTool): string {
  return fencedCode(`import { ${typescriptName} } from '/mcp-tools/servers/${serverId}/${file}'`)
}

export function callExpression({ tool, args }: ExampleCall): string {
  return `await ${fencedCode(tool.typescriptName)}(${inertJson(args)})`
}

export function fence(language: string, code: string): string {
  return ['```' + language, code, '```'].join('\n')
}
