/** The parts of a module around its code: checked against the allow list, summarised, kept as bytes. */
import { type ByteReader, refused } from './bytes.ts'
import { immediatesOf, op } from './opcodes.ts'

export const section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const

/** Section ids in the order a module must have them. */
export const sectionOrder: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11]

/** Names starting like this are ours; a module that exports one is refused. */
export const reservedPrefix = '__mcp_'

const maxTypes = 10_000
const maxItems = 100_000
const maxParameters = 1000
const maxMemoryPages = 65_536

/** i32, i64, f32, f64. */
const numberTypes: ReadonlySet<number> = new Set([0x7f, 0x7e, 0x7d, 0x7c])
const funcref = 0x70

/** How many of each a module has itself: what we add comes behind, and must stay out of its reach. */
export interface Own {
  readonly types: number
  readonly functions: number
  readonly globals: number
  readonly hasMemory: boolean
}

/** Reads an index and refuses one beyond the module's own. */
export function readIndex(reader: ByteReader, own: number): number {
  const index = reader.u32()
  if (index >= own) throw refused(`index ${index} is none of its own`, reader.offset)
  return index
}

export function checkValueType(type: number, offset: number): void {
  if (!numberTypes.has(type) && type !== funcref) {
    throw refused(`value type 0x${type.toString(16)} is not supported`, offset)
  }
}

/** The count at the start of a section, bounded. */
export function count(reader: ByteReader, max: number = maxItems): number {
  const value = reader.u32()
  if (value > max) throw refused(`${value} items where ${max} are allowed`, reader.offset)
  return value
}

/** What a function takes and gives, in the text format's words. */
export interface Signature {
  readonly parameters: readonly string[]
  readonly results: readonly string[]
}

const typeNames: ReadonlyMap<number, string> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [funcref, 'funcref'],
])

/** Every type is a plain function type (0x60). */
export function readTypes(reader: ByteReader): Signature[] {
  const total = count(reader, maxTypes)
  const types: Signature[] = []
  for (let index = 0; index < total; index += 1) {
    if (reader.byte() !== 0x60) throw refused('a type is not a function type', reader.offset - 1)
    types.push({ parameters: readValueTypes(reader), results: readValueTypes(reader) })
  }
  return types
}

function readValueTypes(reader: ByteReader): string[] {
  const total = count(reader, maxParameters)
  const names: string[] = []
  for (let index = 0; index < total; index += 1) {
    const type = reader.byte()
    checkValueType(type, reader.offset - 1)
    names.push(typeNames.get(type) ?? '')
  }
  return names
}

export interface Imports {
  /** The type of each imported function. */
  readonly functions: readonly number[]
  readonly globals: number
}

/** Functions and globals may be imported; tables, memories and tags may not. */
export function readImports(reader: ByteReader, types: number): Imports {
  const functions: number[] = []
  let globals = 0
  const total = count(reader, 1000)
  for (let index = 0; index < total; index += 1) {
    reader.name()
    reader.name()
    const kind = reader.byte()
    if (kind === 0x00) {
      functions.push(readIndex(reader, types))
    } else if (kind === 0x03) {
      readGlobalType(reader)
      globals += 1
    } else {
      throw refused('it imports a table, a memory or a tag', reader.offset - 1)
    }
  }
  return { functions, globals }
}

function readGlobalType(reader: ByteReader): void {
  checkValueType(reader.byte(), reader.offset - 1)
  if (reader.byte() > 1) {
    throw refused('a global is neither constant nor mutable', reader.offset - 1)
  }
}

export interface Size {
  readonly min: number
  readonly max: number | undefined
}

/** Limits without the shared and 64-bit flags. */
export function readLimits(reader: ByteReader): Size {
  const flags = reader.byte()
  if (flags > 1) throw refused('a memory or table is shared or 64-bit', reader.offset - 1)
  const min = reader.u32()
  const max = flags === 1 ? reader.u32() : undefined
  if (max !== undefined && max < min) throw refused('a maximum below its minimum', reader.offset)
  return { min, max }
}

/** At most one memory. */
export function readMemories(reader: ByteReader): Size | undefined {
  const total = count(reader, 1)
  if (total === 0) return undefined
  const size = readLimits(reader)
  if (Math.max(size.min, size.max ?? 0) > maxMemoryPages) {
    throw refused('a memory of more than 4 GiB', reader.offset)
  }
  return size
}

/** At most one table, of functions. */
export function readTables(reader: ByteReader): Size | undefined {
  const total = count(reader, 1)
  if (total === 0) return undefined
  if (reader.byte() !== funcref) throw refused('a table does not hold functions', reader.offset - 1)
  return readLimits(reader)
}

/** `own` counts the imported ones. */
export function readGlobals(reader: ByteReader, own: Own): number {
  const total = count(reader)
  for (let index = 0; index < total; index += 1) {
    readGlobalType(reader)
    skipConstant(reader, { ...own, globals: own.globals + index })
  }
  return total
}

/** A constant expression of one instruction; extended ones are refused. */
function skipConstant(reader: ByteReader, own: Own): void {
  const opcode = reader.byte()
  const kind = immediatesOf[opcode]
  if (opcode === op.i32Const) reader.skipLeb(5)
  else if (opcode === op.i64Const) reader.skipLeb(10)
  else if (opcode === op.f32Const) reader.skip(4)
  else if (opcode === op.f64Const) reader.skip(8)
  else if (opcode === op.globalGet) readIndex(reader, own.globals)
  else if (opcode === op.refFunc) readIndex(reader, own.functions)
  else if (kind === 'heapType') checkValueType(reader.byte(), reader.offset - 1)
  else throw refused('a constant expression is not supported', reader.offset - 1)
  if (reader.byte() !== op.end) {
    throw refused('a constant expression is too long', reader.offset - 1)
  }
}

export const exportKind = { function: 0x00, global: 0x03 } as const

export interface Export {
  readonly name: string
  readonly kind: number
  readonly index: number
}

export function readExports(reader: ByteReader, own: Own): Export[] {
  const total = count(reader)
  const found: Export[] = []
  for (let index = 0; index < total; index += 1) {
    const name = reader.name()
    if (name.startsWith(reservedPrefix)) {
      throw refused(`it exports a name that starts with ${reservedPrefix}`, reader.offset)
    }
    const kind = reader.byte()
    found.push({ name, kind, index: readIndex(reader, exportable(kind, own)) })
  }
  return found
}

/** How many there are to export of a kind. */
function exportable(kind: number, own: Own): number {
  if (kind === exportKind.function) return own.functions
  return kind === exportKind.global ? own.globals : 1
}

/** Element segments hold function indices or constant expressions of functions. */
export function readElements(reader: ByteReader, own: Own): void {
  const total = count(reader)
  for (let index = 0; index < total; index += 1) readElement(reader, own)
}

function readElement(reader: ByteReader, own: Own): void {
  const flags = reader.u32()
  if (flags > 7) throw refused('an element segment is unknown', reader.offset - 1)
  const isActive = (flags & 1) === 0
  const hasIndex = (flags & 2) !== 0
  const hasExpressions = (flags & 4) !== 0
  if (isActive && hasIndex) reader.u32()
  if (isActive) skipConstant(reader, own)
  if (!isActive || hasIndex) readElementKind(reader, hasExpressions)
  const total = count(reader)
  for (let index = 0; index < total; index += 1) {
    if (hasExpressions) skipConstant(reader, own)
    else readIndex(reader, own.functions)
  }
}

function readElementKind(reader: ByteReader, hasExpressions: boolean): void {
  const kind = reader.byte()
  if (kind !== (hasExpressions ? funcref : 0x00)) {
    throw refused('an element segment does not hold functions', reader.offset - 1)
  }
}

export function readData(reader: ByteReader, own: Own): void {
  const total = count(reader)
  for (let index = 0; index < total; index += 1) {
    const flags = reader.u32()
    if (flags > 2) throw refused('a data segment is unknown', reader.offset - 1)
    if (flags === 2 && reader.u32() !== 0) throw refused('a second memory', reader.offset - 1)
    if (flags !== 1) skipConstant(reader, own)
    reader.skip(reader.u32())
  }
}
