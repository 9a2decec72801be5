/**
 * Parts that a schema repeats, by `$ref` or word for word: each becomes one named type. Servers whose generators unroll
 * their references send the same thousand tokens twenty times.
 */
import { resolveRef } from './schema-pointer.ts'
import { isSchemaObject, type SchemaObject } from './schema-scope.ts'

/** One repeated part. */
export interface Shared {
  /** What to name the type after. */
  word: string
  uses: number
}

interface Shape {
  /** Equal for equal schemas, their own annotations aside. */
  readonly bareId: number
  /** Equal for schemas that are equal in all. */
  readonly id: number
  readonly weight: number
}

const maxShapeDepth = 64
const maxShapes = 20_000
/** Shorter parts cost less in place than a name for them does. */
const minWeight = 120
/** Schemas of up to this many objects are compiled before anything is looked for in them. */
const maxSmall = 60
const annotations = new Set(['description', 'title', 'default', 'examples', 'example', '$comment'])
/** Values, not schemas; and definitions, which count where they are used. */
const skipped = new Set([
  'enum',
  'const',
  'default',
  'examples',
  'example',
  'required',
  '$defs',
  'definitions',
])
const structuralWords = new Set([
  'additionalProperties',
  'allOf',
  'anyOf',
  'items',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'properties',
])
const structural = [
  'properties',
  'anyOf',
  'oneOf',
  'allOf',
  'enum',
  'patternProperties',
  'prefixItems',
]

/** Every schema object that stands for a part used at least twice. */
export function findShared(root: SchemaObject): ReadonlyMap<object, Shared> {
  const shapes = measure(root)
  const groups = countUses(root, shapes)
  const shared = new Map<object, Shared>()
  for (const [schema, { bareId }] of shapes) {
    const group = groups.get(bareId)
    if (group && group.uses > 1) shared.set(schema, group)
  }
  return shared
}

/** True for schemas with references, or with more parts than a short type has. */
export function isLarge(root: SchemaObject): boolean {
  return partsOf(root, 0) > maxSmall
}

/** Counts schemas on from `before`, until there are too many; a reference is too many. */
function partsOf(schema: SchemaObject, before: number): number {
  if ('$ref' in schema) return maxSmall + 1
  let parts = before + 1
  for (const key in schema) {
    if (parts > maxSmall) return parts
    const member = schema[key]
    if (isSchemaObject(member)) parts = partsOf(member, parts)
    if (!Array.isArray(member)) continue
    for (const item of member) if (isSchemaObject(item)) parts = partsOf(item, parts)
  }
  return parts
}

interface Measuring {
  readonly shapes: Map<object, Shape>
  readonly ids: Map<string, number>
  readonly leafIds: Map<unknown, number>
  lastId: number
  /** What is cut off is unlike everything else: it gets numbers that no text has. */
  lastCut: number
}

/** Gives equal parts equal numbers, from the leaves up. */
function measure(root: SchemaObject): ReadonlyMap<object, Shape> {
  const measuring: Measuring = {
    shapes: new Map(),
    ids: new Map(),
    leafIds: new Map(),
    lastId: 0,
    lastCut: 0,
  }
  shapeOf(root, 0, measuring)
  return measuring.shapes
}

function shapeOf(value: unknown, depth: number, measuring: Measuring): Shape {
  if (typeof value !== 'object' || value === null) return leafShape(value, measuring)
  if (depth > maxShapeDepth || measuring.shapes.size > maxShapes) {
    const id = --measuring.lastCut
    return { bareId: id, id, weight: 0 }
  }
  const shape = Array.isArray(value)
    ? listShape(value, depth, measuring)
    : objectShape(value, depth, measuring)
  measuring.shapes.set(value, shape)
  return shape
}

function leafShape(value: unknown, measuring: Measuring): Shape {
  const id = measuring.leafIds.get(value) ?? ++measuring.lastId
  measuring.leafIds.set(value, id)
  return { bareId: id, id, weight: (typeof value).length + 1 + String(value).length }
}

function listShape(values: readonly unknown[], depth: number, measuring: Measuring): Shape {
  let text = '['
  let weight = 0
  for (const value of values) {
    const shape = shapeOf(value, depth + 1, measuring)
    text += `${shape.id},`
    weight += shape.weight
  }
  const id = idOf(text, measuring)
  return { bareId: id, id, weight }
}

function objectShape(value: object, depth: number, measuring: Measuring): Shape {
  let bare = '{'
  let notes = ''
  let weight = 0
  for (const [key, member] of Object.entries(value)) {
    const shape = shapeOf(member, depth + 1, measuring)
    // The length keeps a key from running into the number behind it.
    const entry = `${key.length}:${key}${shape.id},`
    if (annotations.has(key) && !isSchemaObject(member)) {
      notes += entry
      continue
    }
    bare += entry
    weight += shape.weight + key.length
  }
  const bareId = idOf(bare, measuring)
  return { bareId, id: notes === '' ? bareId : idOf(`${bareId}|${notes}`, measuring), weight }
}

function idOf(text: string, measuring: Measuring): number {
  const known = measuring.ids.get(text)
  if (known !== undefined) return known
  measuring.ids.set(text, ++measuring.lastId)
  return measuring.lastId
}

interface Visit {
  readonly value: unknown
  /** What led here, to name a type after. */
  readonly word: string
  readonly byRef: boolean
}

/** How often each part is used, counting what is inside a repeated part once. */
function countUses(root: SchemaObject, shapes: ReadonlyMap<object, Shape>): Map<number, Shared> {
  const groups = new Map<number, Shared>()
  const seen = new Set<object>()
  const queue: Visit[] = [{ value: root, word: '', byRef: false }]
  for (const visit of queue) {
    const { value } = visit
    if (typeof value !== 'object' || value === null || queue.length > maxShapes) continue
    const shape = shapes.get(value)
    const isCounted = shape && isSchemaObject(value) && isWorthAName(value, shape)
    if (isCounted && !isFirstUse(shape.bareId, visit, groups)) continue
    // Small recursive parts are no group; without this they would be walked for ever.
    if (seen.has(value)) continue
    seen.add(value)
    queue.push(...membersOf(value, visit.word, root))
  }
  return groups
}

function isFirstUse(id: number, { word, byRef }: Visit, groups: Map<number, Shared>): boolean {
  const group = groups.get(id)
  if (!group) {
    groups.set(id, { word, uses: 1 })
    return true
  }
  group.uses++
  if (byRef && word !== '') group.word = word
  return false
}

function isWorthAName(schema: SchemaObject, { weight }: Shape): boolean {
  return weight >= minWeight && structural.some(keyword => keyword in schema)
}

function membersOf(value: object, word: string, root: SchemaObject): Visit[] {
  if (Array.isArray(value)) {
    return value.map((member: unknown) => ({ value: member, word, byRef: false }))
  }
  const members: Visit[] = []
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') {
      const pointer = resolveRef(member, undefined, root)
      if (pointer) members.push({ value: pointer.target, word: pointer.word, byRef: true })
    } else if (!skipped.has(key)) {
      members.push({ value: member, word: structuralWords.has(key) ? word : key, byRef: false })
    }
  }
  return members
}
