/** One tool as listed on the wire, made our own: checked, bounded, and refused with a reason where it cannot be used. */
import type { WireTool } from '../client/index.ts'
import { maxToolNameBytes, toolName } from '../ids.ts'
import { formatBytes, maxDescriptionBytes, truncateBytes } from '../text/index.ts'
import type { JsonSchema, Tool, ToolAnnotations } from './catalog.ts'
import { invalidHeaderMirror } from './header-mirror.ts'
import { canonicalDigest, depthOf } from './tool-digest.ts'

export interface ToolLimits {
  /** Each schema, as compact JSON. */
  readonly maxSchemaBytes: number
  /** The server's: since 2026-07-28 parameters may be mirrored into headers, under rules. */
  readonly protocolVersion: string
}

const maxTitleBytes = 1024

/** Schemas beyond this depth are cut where they get too deep: nothing real nests further. */
export const maxSchemaDepth = 256

/** The tool, or why it is left out. */
export function readTool(wire: WireTool, limits: ToolLimits): Tool | { readonly reason: string } {
  const { name } = wire
  const reason = nameProblem(name) ?? schemaProblem(wire, limits)
  if ('invalid' in wire && name === undefined) return { reason: 'it is no object' }
  if (typeof name !== 'string') return { reason: 'it has no name' }
  if (reason !== undefined) return { reason }
  const tool = {
    name: toolName(name),
    ...titleOf(wire),
    ...descriptionOf(wire),
    ...schemasOf(wire),
    ...extrasOf(wire),
  }
  return { ...tool, digest: canonicalDigest(tool) }
}

function titleOf({ title }: Readonly<Record<string, unknown>>): { readonly title?: string } {
  return typeof title === 'string' ? { title: truncateBytes(title, maxTitleBytes) } : {}
}

function descriptionOf({ description }: WireTool): Pick<Tool, 'description'> {
  if (typeof description !== 'string') return {}
  return { description: truncateBytes(description, maxDescriptionBytes) }
}

function schemasOf({
  inputSchema,
  outputSchema,
}: WireTool): Pick<Tool, 'inputSchema' | 'outputSchema'> {
  const input = { inputSchema: toSchema(inputSchema) }
  return isSchema(outputSchema) ? { ...input, outputSchema: toSchema(outputSchema) } : input
}

function extrasOf(wire: WireTool): Pick<Tool, 'annotations' | 'icons' | 'execution' | 'meta'> {
  const annotations = readAnnotations(wire['annotations'])
  const { icons, execution, _meta: meta } = wire
  return {
    ...(annotations === undefined ? {} : { annotations }),
    ...(Array.isArray(icons) && isSmall(icons) ? { icons } : {}),
    ...(isRecord(execution) && isSmall(execution) ? { execution } : {}),
    ...(isRecord(meta) && isSmall(meta) ? { meta } : {}),
  }
}

const loneSurrogate = /[\uD800-\uDFFF]/u

function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'it has no name'
  const bytes = Buffer.byteLength(name)
  if (bytes === 0) return 'its name is empty'
  if (bytes > maxToolNameBytes) return `its name has ${bytes} bytes, more than ${maxToolNameBytes}`
  return loneSurrogate.test(name) ? 'its name is no valid Unicode' : undefined
}

function schemaProblem(
  wire: WireTool,
  { maxSchemaBytes, protocolVersion }: ToolLimits,
): string | undefined {
  for (const key of ['inputSchema', 'outputSchema']) {
    const schema = wire[key]
    if (schema === undefined || (schema === null && key === 'outputSchema')) continue
    if (!isSchema(schema)) return `its ${key} is no JSON Schema`
    const bytes = jsonBytes(schema)
    if (bytes > maxSchemaBytes) {
      return `its ${key} has ${formatBytes(bytes)}, more than ${formatBytes(maxSchemaBytes)}`
    }
  }
  return protocolVersion < '2026-07-28' ? undefined : invalidHeaderMirror(wire['inputSchema'])
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isRecord(value)
}

// A tool without inputSchema takes no arguments that anyone knows of.
function toSchema(value: unknown): JsonSchema {
  if (!isSchema(value)) return { type: 'object' }
  return depthOf(value, maxSchemaDepth + 1) > maxSchemaDepth ? shallow(value) : value
}

/** The schema with everything below the deepest level allowed replaced by `true`, which accepts anything. */
function shallow(schema: JsonSchema): JsonSchema {
  const cut = cutAt(schema, maxSchemaDepth)
  return isSchema(cut) ? cut : true
}

function cutAt(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (levels === 0) return Array.isArray(value) ? [] : true
  if (Array.isArray(value)) return value.map(member => cutAt(member, levels - 1))
  const members = Object.entries(value).map(([key, member]: [string, unknown]) => [
    key,
    cutAt(member, levels - 1),
  ])
  return Object.fromEntries(members)
}

// Depth bombs overflow JSON.stringify: their size is counted, not printed.
function jsonBytes(value: unknown): number {
  let bytes = 0
  const todo: unknown[] = [value]
  while (todo.length > 0) {
    const next = todo.pop()
    if (typeof next !== 'object' || next === null) {
      bytes += Buffer.byteLength(JSON.stringify(next) ?? '')
      continue
    }
    const members = Object.entries(next)
    // Brackets, and the commas between the members.
    bytes += 2 + Math.max(0, members.length - 1)
    for (const [key, member] of members) {
      if (!Array.isArray(next)) bytes += Buffer.byteLength(JSON.stringify(key)) + 1
      todo.push(member)
    }
  }
  return bytes
}

/** What a tool may carry beside its schemas; more than that is dropped, not cut. */
const maxExtraBytes = 64 * 1024

function isSmall(value: unknown): boolean {
  return depthOf(value, maxSchemaDepth + 1) <= maxSchemaDepth && jsonBytes(value) <= maxExtraBytes
}

const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

function readAnnotations(value: unknown): ToolAnnotations | undefined {
  if (!isRecord(value)) return undefined
  const flags = hints.filter(hint => typeof value[hint] === 'boolean')
  const kept = {
    ...titleOf(value),
    ...Object.fromEntries(flags.map(hint => [hint, value[hint] === true])),
  }
  return Object.keys(kept).length === 0 ? undefined : kept
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
