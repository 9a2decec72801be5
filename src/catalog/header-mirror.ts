/** Rules for `x-mcp-header` (2026-07-28): a tool that breaks one must not be offered, because no call of it could be sent. */

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const mirrored = new Set(['string', 'integer', 'boolean'])

interface Place {
  readonly schema: unknown
  /** On a plain property, or a property of one: the only places a value can be mirrored from. */
  readonly plain: boolean
  readonly levels: number
}

/** Why the tool cannot be used, or `undefined`. */
export function invalidHeaderMirror(inputSchema: unknown): string | undefined {
  const seen = new Set<string>()
  const todo: Place[] = [{ schema: inputSchema, plain: true, levels: 0 }]
  for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
    if (!isRecord(place.schema) || place.levels > maxLevels) continue
    const reachable = place.plain && place.levels > 0
    const problem = declarationProblem(place.schema, reachable, seen)
    if (problem !== undefined) return problem
    for (const [key, member] of Object.entries(place.schema)) {
      todo.push(...placesIn(key, member, place))
    }
  }
  return undefined
}

function placesIn(key: string, member: unknown, { plain, levels }: Place): readonly Place[] {
  if (dataKeywords.has(key)) return []
  const inside = (schemas: readonly unknown[], stillPlain: boolean): readonly Place[] =>
    schemas.map(schema => ({ schema, plain: stillPlain, levels: levels + 1 }))
  if (key === 'properties' && isRecord(member)) return inside(Object.values(member), plain)
  if (namedSchemas.has(key) && isRecord(member)) return inside(Object.values(member), false)
  return inside(Array.isArray(member) ? member : [member], false)
}

const maxLevels = 64
const namedSchemas = new Set(['$defs', 'definitions', 'patternProperties', 'dependentSchemas'])
/** Keywords whose values are data, not schemas. */
const dataKeywords = new Set(['default', 'const', 'enum', 'examples', 'x-mcp-header'])

function declarationProblem(
  schema: Readonly<Record<string, unknown>>,
  reachable: boolean,
  seen: Set<string>,
): string | undefined {
  if (!('x-mcp-header' in schema)) return undefined
  const name = schema['x-mcp-header']
  if (typeof name !== 'string' || !token.test(name)) return 'its x-mcp-header is no header name'
  if (!reachable) return 'its x-mcp-header is not on a plain property'
  if (typeof schema['type'] !== 'string' || !mirrored.has(schema['type'])) {
    return 'its x-mcp-header is not on a string, integer or boolean'
  }
  const key = name.toLowerCase()
  if (seen.has(key)) return 'its x-mcp-header names repeat'
  seen.add(key)
  return undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
