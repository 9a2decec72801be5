/**
 * The instructions a module may use, with the shape of their immediates. Everything not listed is refused: SIMD (0xfd),
 * threads (0xfe), garbage collection (0xfb), exceptions, tail calls, and whatever comes next.
 */
export type Immediates =
  | 'none'
  | 'block'
  | 'index'
  | 'memory'
  | 'branchTable'
  | 'callIndirect'
  | 'selectTypes'
  | 'zero'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'heapType'
  | 'bulk'

export const op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  refNull: 0xd0,
  refFunc: 0xd2,
  bulk: 0xfc,
} as const

/** Sub-opcodes of the 0xfc prefix that we charge for. */
export const bulkOp = {
  memoryInit: 8,
  memoryCopy: 10,
  memoryFill: 11,
  tableInit: 12,
  tableCopy: 14,
  tableGrow: 15,
  tableFill: 17,
} as const

export const immediatesOf: readonly (Immediates | undefined)[] = buildTable()

/** Number and kind of immediates after a 0xfc sub-opcode: "i" an index, "z" a zero byte. */
export const bulkImmediates: readonly (string | undefined)[] = [
  // trunc_sat
  ...Array.from({ length: 8 }, () => ''),
  'iz',
  'i',
  'zz',
  'z',
  'ii',
  'i',
  'ii',
  'i',
  'i',
  'i',
]

function buildTable(): (Immediates | undefined)[] {
  const table: (Immediates | undefined)[] = Array.from({ length: 256 }, () => undefined)
  const set = (from: number, to: number, kind: Immediates): void => {
    table.fill(kind, from, to + 1)
  }
  set(0x00, 0x01, 'none')
  set(0x02, 0x04, 'block')
  set(0x05, 0x05, 'none')
  set(0x0b, 0x0b, 'none')
  set(0x0c, 0x0d, 'index')
  set(0x0e, 0x0e, 'branchTable')
  set(0x0f, 0x0f, 'none')
  set(0x10, 0x10, 'index')
  set(0x11, 0x11, 'callIndirect')
  set(0x1a, 0x1b, 'none')
  set(0x1c, 0x1c, 'selectTypes')
  set(0x20, 0x26, 'index')
  set(0x28, 0x3e, 'memory')
  set(0x3f, 0x40, 'zero')
  set(0x41, 0x41, 'i32')
  set(0x42, 0x42, 'i64')
  set(0x43, 0x43, 'f32')
  set(0x44, 0x44, 'f64')
  // comparisons, arithmetic, conversions, sign extension
  set(0x45, 0xc4, 'none')
  set(0xd0, 0xd0, 'heapType')
  set(0xd1, 0xd1, 'none')
  set(0xd2, 0xd2, 'index')
  set(0xfc, 0xfc, 'bulk')
  return table
}
