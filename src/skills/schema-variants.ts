/** A schema's references followed (inside itself only) and its combinators spread into plain variants. */
import { isRecord } from './is-record.ts'

export type SchemaObject = Readonly<Record<string, unknown>>

const maxVariants = 24
const maxHops = 20

/** Follows `$ref`s that point into `root`; siblings of a reference are kept. Anything unresolvable is an open schema. */
export function resolveSchema(schema: unknown, root: SchemaObject): SchemaObject {
  let resolved = isRecord(schema) ? schema : {}
  for (let hop = 0; typeof resolved['$ref'] === 'string' && hop < maxHops; hop += 1) {
    const { $ref, ...siblings } = resolved
    const target = typeof $ref === 'string' ? pointedTo($ref, root) : undefined
    resolved = { ...(isRecord(target) ? target : {}), ...siblings }
  }
  return resolved
}

/** The schema once for each way through its anyOf, oneOf and if, with allOf merged in. */
export function variants(schema: SchemaObject, root: SchemaObject): readonly SchemaObject[] {
  const { allOf, anyOf, oneOf, if: condition, then, else: otherwise, ...base } = schema
  let found: readonly SchemaObject[] = [base]
  for (const part of listOf(allOf)) found = combine(found, [part], root)
  for (const choices of [anyOf, oneOf]) {
    if (Array.isArray(choices)) found = combine(found, nullsLast(choices), root)
  }
  if (condition === undefined) return found
  return [
    ...combine(found, [{ allOf: [condition, then ?? true] }], root),
    ...combine(found, [otherwise ?? true], root),
    ...found,
  ]
}

function combine(
  bases: readonly SchemaObject[],
  choices: readonly unknown[],
  root: SchemaObject,
): readonly SchemaObject[] {
  const combined: SchemaObject[] = []
  for (const base of bases) {
    for (const choice of choices) {
      if (choice === false || combined.length >= maxVariants) continue
      const inner = variants(resolveSchema(choice, root), root)
      combined.push(...inner.map(variant => merge(base, variant)))
    }
  }
  return combined
}

function merge(base: SchemaObject, other: SchemaObject): SchemaObject {
  const merged: Record<string, unknown> = { ...base, ...other }
  if (Array.isArray(base['required']) && Array.isArray(other['required'])) {
    merged['required'] = [...new Set<unknown>([...base['required'], ...other['required']])]
  }
  if (isRecord(base['properties']) && isRecord(other['properties'])) {
    merged['properties'] = mergeProperties(base['properties'], other['properties'])
  }
  return merged
}

function mergeProperties(base: SchemaObject, other: SchemaObject): SchemaObject {
  const shared = Object.keys(other).filter(key => Object.hasOwn(base, key))
  const both = shared.map(key => [key, { allOf: [base[key], other[key]] }])
  return { ...base, ...other, ...Object.fromEntries(both) }
}

function pointedTo(reference: string, root: SchemaObject): unknown {
  if (!reference.startsWith('#')) return undefined
  if (reference !== '#' && !reference.startsWith('#/')) return anchored(reference.slice(1), root)
  let target: unknown = root
  for (const part of reference.slice(2).split('/').filter(Boolean)) {
    const key = decode(part)
    if (Array.isArray(target)) target = target[Number(key)]
    else if (isRecord(target) && Object.hasOwn(target, key)) target = target[key]
    else return undefined
  }
  return target
}

function anchored(anchor: string, { $defs, definitions }: SchemaObject): unknown {
  const candidates = [$defs, definitions].filter(isRecord).flatMap(Object.values)
  return candidates.find(candidate => isRecord(candidate) && candidate['$anchor'] === anchor)
}

function decode(part: string): string {
  return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
}

function isNull(choice: unknown): number {
  return Number(isRecord(choice) && choice['type'] === 'null')
}

function nullsLast(choices: readonly unknown[]): readonly unknown[] {
  return choices.toSorted((a, b) => isNull(a) - isNull(b))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
