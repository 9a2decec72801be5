/** The functions and globals we add to every module: they meter what it does and keep its memory inside its limit. */
import { ByteWriter } from './bytes.ts'
import { charge, stopWhenEmpty } from './code.ts'
import { op } from './opcodes.ts'

/** Names under which the host finds them. */
export const injectedNames = {
  /** i64: what may still be spent; below zero once it ran out. */
  fuel: '__mcp_fuel',
  /** i32: pages the module believes it has. */
  pages: '__mcp_pages',
  /** i32: pages it may have. */
  maxPages: '__mcp_max_pages',
  /** i32: 1 once it was denied memory. */
  denied: '__mcp_denied',
  /** The module's own start function: run by the host, once there is fuel. */
  start: '__mcp_start',
} as const

/** Indices of the four injected globals, in this order. */
export interface InjectedGlobals {
  readonly fuel: number
  readonly pages: number
  readonly maxPages: number
  readonly denied: number
}

const i32 = 0x7f
const i64 = 0x7e
const instruction = {
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32GtS: 0x4a,
  i32LtU: 0x49,
  i32Eq: 0x46,
  i32ShrU: 0x76,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64GtU: 0x56,
  i64ExtendI32U: 0xad,
  select: 0x1b,
} as const

/** Growing really happens in steps of this many pages: one grow can cost a millisecond, whatever its size. */
const growStep = 64
const growCost = 1000
const pageCost = 64

/** Four globals; fuel starts at zero, so nothing runs before the host has set it. */
export function globalEntries(minPages: number): Uint8Array {
  return new ByteWriter(64)
    .bytes(entry(i64, op.i64Const, 0))
    .bytes(entry(i32, op.i32Const, minPages))
    .bytes(entry(i32, op.i32Const, minPages))
    .bytes(entry(i32, op.i32Const, 0))
    .result()
}

function entry(type: number, opcode: number, value: number): Uint8Array {
  return new ByteWriter(16).byte(type, 1, opcode).s64(value).byte(op.end).result()
}

/** `(i32) -> i32`, the type of all injected functions. */
export const injectedType: readonly number[] = [0x60, 1, i32, 1, i32]

/** Bodies of grow, bulk and table, each with its size in front. */
export function functionBodies(globals: InjectedGlobals, hasMemory: boolean): Uint8Array {
  const bodies = [
    hasMemory ? growBody(globals) : new ByteWriter(4).byte(0, op.i32Const, 0x7f, op.end).result(),
    lengthBody(globals.fuel, { fixed: 1, shift: 5, perUnit: 1 }),
    lengthBody(globals.fuel, { fixed: growCost, shift: 0, perUnit: 8 }),
  ]
  const out = new ByteWriter(256)
  for (const body of bodies) out.u32(body.length).bytes(body)
  return out.result()
}

/** Charges `fixed + (length >> shift) * perUnit`, answers the length. */
function lengthBody(
  fuel: number,
  { fixed, shift, perUnit }: { fixed: number; shift: number; perUnit: number },
): Uint8Array {
  return new ByteWriter(64)
    .byte(0)
    .bytes(charge(fuel, fixed))
    .byte(op.globalGet)
    .u32(fuel)
    .byte(op.localGet, 0, op.i32Const, shift, instruction.i32ShrU)
    .byte(instruction.i64ExtendI32U, op.i64Const)
    .s64(perUnit)
    .byte(instruction.i64Mul, instruction.i64Sub, op.globalSet)
    .u32(fuel)
    .bytes(stopWhenEmpty(fuel))
    .byte(op.localGet, 0, op.end)
    .result()
}

/**
 * `memory.grow` against the limit of this run. Locals: 0 the pages asked for, 1 the pages before, 2 the pages the real
 * memory lacks. The real memory may be larger already: an earlier run grew it, and it was zeroed since.
 */
function growBody({ fuel, pages, maxPages, denied }: InjectedGlobals): Uint8Array {
  const out = new ByteWriter(256).byte(1, 2, i32)
  out.bytes(charge(fuel, growCost))
  out.byte(op.globalGet).u32(fuel).byte(op.localGet, 0, instruction.i64ExtendI32U)
  out.byte(op.i64Const).s64(pageCost).byte(instruction.i64Mul, instruction.i64Sub)
  out.byte(op.globalSet).u32(fuel).bytes(stopWhenEmpty(fuel))
  out.byte(op.globalGet).u32(pages).byte(op.localSet, 1)
  // pages + asked > maxPages, in 64 bits: deny
  out.byte(op.localGet, 1, instruction.i64ExtendI32U, op.localGet, 0, instruction.i64ExtendI32U)
  out.byte(instruction.i64Add, op.globalGet).u32(maxPages).byte(instruction.i64ExtendI32U)
  out.byte(instruction.i64GtU, op.if, 0x40).bytes(deny(denied)).byte(op.end)
  // lacking = pages + asked - memory.size
  out.byte(op.localGet, 1, op.localGet, 0, instruction.i32Add)
  out.byte(op.memorySize, 0, instruction.i32Sub, op.localSet, 2)
  out.byte(op.localGet, 2, op.i32Const, 0, instruction.i32GtS, op.if, 0x40)
  out.bytes(growBy(stepOrLacking())).byte(op.if, 0x40)
  out.bytes(growBy(lacking)).byte(op.if, 0x40).bytes(deny(denied))
  out.byte(op.end, op.end, op.end)
  out.byte(op.localGet, 1, op.localGet, 0, instruction.i32Add, op.globalSet).u32(pages)
  return out.byte(op.localGet, 1, op.end).result()
}

const lacking: readonly number[] = [op.localGet, 2]

/** `lacking < growStep ? growStep : lacking`. */
function stepOrLacking(): Uint8Array {
  const step = new ByteWriter(8).byte(op.i32Const).s64(growStep).result()
  return new ByteWriter(32)
    .bytes(step)
    .bytes(lacking)
    .bytes(lacking)
    .bytes(step)
    .byte(instruction.i32LtU, instruction.select)
    .result()
}

/** Leaves 1 when the real memory could not grow by that. */
function growBy(amount: ArrayLike<number>): Uint8Array {
  return new ByteWriter(32)
    .bytes(amount)
    .byte(op.memoryGrow, 0, op.i32Const, 0x7f, instruction.i32Eq)
    .result()
}

function deny(denied: number): Uint8Array {
  return new ByteWriter(16)
    .byte(op.i32Const, 1, op.globalSet)
    .u32(denied)
    .byte(op.i32Const, 0x7f, op.return)
    .result()
}
