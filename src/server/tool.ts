/** One tool of our own server: its contract with the model and what it does (spec §8). */
import { z } from 'zod'

import { ExecutionError } from '../errors.ts'

/** Hints as the protocol defines them; what equals its defaults (destructive, open world) is left out to save context. */
export interface ToolHints {
  readonly readOnlyHint: boolean
  readonly destructiveHint?: false
  readonly openWorldHint?: false
}

/** What a call is given besides its arguments. */
export interface CallContext {
  readonly signal: AbortSignal
  /** Tells the client how far the call is; does nothing where the client did not ask. */
  readonly progress: (done: number, total: number | undefined, message: string) => void
  /** The client's own conversation: the execution session used when a call names none. */
  readonly defaultSession: () => string
}

export type JsonObject = Readonly<Record<string, unknown>>

/** A tool's answer: the structured value, the text mirror where JSON would not read well, and parts text cannot carry. */
export interface ToolAnswer {
  readonly structured?: JsonObject
  /** Default: `structured` as JSON; the empty string leaves the text part out. */
  readonly text?: string
  /** Images, audio, resources, after the text. */
  readonly parts?: readonly JsonObject[]
  readonly isError?: boolean
}

export interface ServerTool {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly outputSchema?: JsonObject
  readonly annotations?: JsonObject | ToolHints
  /** Throws INVALID_ARGUMENT where `args` do not fit the input schema. */
  call(args: unknown, context: CallContext): Promise<ToolAnswer>
}

interface ToolDefinition<Input extends z.ZodType> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Input
  readonly output: z.ZodType
  readonly annotations: ToolHints
  readonly run: (args: z.output<Input>, context: CallContext) => Promise<ToolAnswer>
}

export function defineTool<Input extends z.ZodType>(tool: ToolDefinition<Input>): ServerTool {
  const { name, title, description, annotations } = tool
  return {
    name,
    title,
    description,
    annotations,
    inputSchema: compactSchema(tool.input, 'input'),
    outputSchema: compactSchema(tool.output, 'output'),
    call: async (args, context) => {
      const parsed = tool.input.safeParse(args)
      if (!parsed.success) throw invalidArguments(name, parsed.error)
      return await tool.run(parsed.data, context)
    },
  }
}

/** Bounds that `call` enforces and whose error says what to do: a model need not read them before. */
const unadvertised = [
  'additionalProperties',
  'propertyNames',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
]

// Every byte of a schema is context an agent pays for.
function compactSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      for (const keyword of unadvertised) Reflect.deleteProperty(jsonSchema, keyword)
    },
  })
  return rest
}

function invalidArguments(tool: string, error: z.ZodError): ExecutionError {
  const issues = error.issues.map(
    issue => `${issue.path.join('.') || 'arguments'}: ${issue.message}`,
  )
  return new ExecutionError('INVALID_ARGUMENT', `Cannot call "${tool}": ${issues.join('; ')}`)
}
