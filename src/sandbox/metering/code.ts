/** One function body: checked against the allow list and rewritten so that it pays for what it executes. */
import { type ByteReader, ByteWriter, refused } from './bytes.ts'
import { bulkImmediates, bulkOp, type Immediates, immediatesOf, op } from './opcodes.ts'
import { checkValueType, type Own, readIndex } from './sections.ts'

/** `unit` charges 1 per function entry and loop iteration; `length` charges every straight run of instructions its length. */
export type Costs = 'unit' | 'length'

/** Where the injected globals and functions ended up; they come after all of the module's own. */
export interface Injected {
  /** What the module may name. */
  readonly own: Own
  readonly fuel: number
  readonly pages: number
  readonly grow: number
  readonly bulk: number
  readonly table: number
}

const maxBodyBytes = 1 << 20
const maxLocals = 10_000
const maxBranches = 10_000
const maxNesting = 1000
/** Shorter runs are charged where the enclosing loop or function starts: one check less, a little too dear. */
const shortRun = 8

/** A place to charge, or to replace an instruction. */
interface Edit {
  readonly at: number
  readonly remove: number
  cost: number
  readonly insert: Uint8Array | undefined
}

type Constant = 'i32' | 'i64' | 'f32' | 'f64' | 'heapType'

interface Run {
  readonly edit: Edit
  readonly home: Edit
  isLoop: boolean
}

export function rewriteBody(body: ByteReader, costs: Costs, injected: Injected): Uint8Array {
  const size = body.end - body.offset
  if (size > maxBodyBytes) throw refused(`a function of ${size} bytes`, body.offset)
  const start = body.offset
  skipLocals(body)
  const rewriter = new BodyRewriter(body, costs, injected)
  rewriter.walk()
  body.offset = start
  return rewriter.render(body)
}

function skipLocals(body: ByteReader): void {
  let total = 0
  const groups = body.u32()
  for (let group = 0; group < groups; group += 1) {
    total += body.u32()
    if (total > maxLocals) throw refused(`a function with ${total} locals`, body.offset)
    checkValueType(body.byte(), body.offset - 1)
  }
}

class BodyRewriter {
  readonly #body: ByteReader
  readonly #costs: Costs
  readonly #injected: Injected
  readonly #edits: Edit[] = []
  /** For every open block, the edit that pays for what is around it. */
  readonly #homes: Edit[] = []
  #run: Run
  #length = 0

  constructor(body: ByteReader, costs: Costs, injected: Injected) {
    this.#body = body
    this.#costs = costs
    this.#injected = injected
    const entry = this.#addCharge(1)
    this.#run = { edit: entry, home: entry, isLoop: true }
  }

  walk(): void {
    this.#homes.push(this.#run.edit)
    while (this.#homes.length > 0) this.#instruction()
    if (!this.#body.done) throw refused('code after the end of a function', this.#body.offset)
  }

  render(body: ByteReader): Uint8Array {
    const out = new ByteWriter(body.end - body.offset + this.#edits.length * 16)
    for (const edit of this.#edits) {
      if (edit.insert === undefined && edit.cost === 0) continue
      out.bytes(body.take(edit.at - body.offset))
      out.bytes(edit.insert ?? charge(this.#injected.fuel, edit.cost))
      body.skip(edit.remove)
    }
    return out.bytes(body.take(body.end - body.offset)).result()
  }

  #instruction(): void {
    const at = this.#body.offset
    const opcode = this.#body.byte()
    const kind = immediatesOf[opcode]
    if (kind === undefined) {
      throw refused(`instruction 0x${opcode.toString(16)} is not supported`, at)
    }
    this.#length += 1
    if (kind === 'bulk') this.#bulk(at)
    else if (kind === 'index') this.#index(opcode)
    else this.#immediates(kind)
    this.#structure(opcode, at)
  }

  /** Nothing of ours can be named. */
  #index(opcode: number): void {
    const { functions, globals } = this.#injected.own
    if (opcode === op.call || opcode === op.refFunc) readIndex(this.#body, functions)
    else if (opcode === op.globalGet || opcode === op.globalSet) readIndex(this.#body, globals)
    else this.#body.u32()
  }

  #structure(opcode: number, at: number): void {
    if (opcode === op.block) this.#open(this.#home())
    else if (opcode === op.loop) this.#openLoop()
    else if (opcode === op.if) this.#openArm()
    else if (opcode === op.else) this.#startRun(this.#home())
    else if (opcode === op.end) this.#close()
    else if (opcode === op.memorySize) this.#replace(at, [op.globalGet, this.#injected.pages])
    else if (opcode === op.memoryGrow) this.#replace(at, [op.call, this.#injected.grow])
  }

  #home(): Edit {
    const home = this.#homes.at(-1)
    if (home === undefined) throw refused('unbalanced blocks', this.#body.offset)
    return home
  }

  #open(home: Edit): void {
    if (this.#homes.length > maxNesting) throw refused('blocks nested too deep', this.#body.offset)
    this.#homes.push(home)
  }

  #openLoop(): void {
    this.#endRun()
    const header = this.#addCharge(1)
    this.#open(header)
    this.#run = { edit: header, home: header, isLoop: true }
    this.#length = 0
  }

  #openArm(): void {
    const home = this.#home()
    this.#startRun(home)
    this.#open(home)
  }

  #close(): void {
    this.#homes.pop()
    const home = this.#homes.at(-1)
    if (home === undefined) this.#endRun()
    else this.#startRun(home)
  }

  #startRun(home: Edit): void {
    this.#endRun()
    this.#run = { edit: this.#addCharge(0), home, isLoop: false }
    this.#length = 0
  }

  #endRun(): void {
    if (this.#costs === 'unit') return
    const { edit, home, isLoop } = this.#run
    const payer = isLoop || this.#length >= shortRun ? edit : home
    payer.cost += this.#length
  }

  #addCharge(cost: number): Edit {
    const edit: Edit = { at: this.#body.offset, remove: 0, cost, insert: undefined }
    this.#edits.push(edit)
    return edit
  }

  /** Without a memory of its own, the module may not ask for one. */
  #replace(at: number, [opcode, index]: readonly [number, number]): void {
    if (!this.#injected.own.hasMemory) throw refused('it has no memory', at)
    const insert = new ByteWriter(8).byte(opcode).u32(index).result()
    this.#edits.push({ at, remove: this.#body.offset - at, cost: 0, insert })
  }

  /** Bulk instructions pass their length through a function that charges for it. */
  #bulk(at: number): void {
    const code = this.#body.u32()
    const shape = bulkImmediates[code]
    if (shape === undefined) throw refused(`instruction 0xfc ${code} is not supported`, at)
    for (const kind of shape) this.#immediates(kind === 'z' ? 'zero' : 'index')
    const payer = this.#bulkPayer(code)
    if (payer === undefined) return
    const insert = new ByteWriter(8).byte(op.call).u32(payer).result()
    this.#edits.push({ at, remove: 0, cost: 0, insert })
  }

  #bulkPayer(code: number): number | undefined {
    switch (code) {
      case bulkOp.memoryInit:
      case bulkOp.memoryCopy:
      case bulkOp.memoryFill:
        return this.#injected.bulk
      case bulkOp.tableInit:
      case bulkOp.tableCopy:
      case bulkOp.tableFill:
      case bulkOp.tableGrow:
        return this.#injected.table
      default:
        return undefined
    }
  }

  #immediates(kind: Exclude<Immediates, 'bulk'>): void {
    const body = this.#body
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the rest is Constant, as `satisfies` holds
    switch (kind) {
      case 'none':
        return
      case 'block':
        this.#blockType()
        return
      case 'index':
        body.u32()
        return
      case 'memory':
        this.#memoryArgument()
        return
      case 'callIndirect':
        readIndex(body, this.#injected.own.types)
        body.u32()
        return
      case 'zero':
        if (body.byte() !== 0) throw refused('a second memory', body.offset - 1)
        return
      case 'branchTable':
      case 'selectTypes':
        this.#list(kind)
        return
      default:
        this.#constant(kind satisfies Constant)
    }
  }

  #list(kind: 'branchTable' | 'selectTypes'): void {
    const total = this.#body.u32()
    if (total > maxBranches) throw refused(`a branch table of ${total}`, this.#body.offset)
    for (let index = 0; index < total; index += 1) {
      if (kind === 'branchTable') this.#body.u32()
      else checkValueType(this.#body.byte(), this.#body.offset - 1)
    }
    if (kind === 'branchTable') this.#body.u32()
  }

  #constant(kind: Constant): void {
    const body = this.#body
    if (kind === 'i32') body.skipLeb(5)
    else if (kind === 'i64') body.skipLeb(10)
    else if (kind === 'heapType') checkValueType(body.byte(), body.offset - 1)
    else body.skip(kind === 'f32' ? 4 : 8)
  }

  /** Empty, one value type, or the index of a type. */
  #blockType(): void {
    const first = this.#body.byte()
    if (first === 0x40) return
    if ((first & 0xc0) === 0x40) {
      checkValueType(first, this.#body.offset - 1)
      return
    }
    this.#body.offset -= 1
    readIndex(this.#body, this.#injected.own.types)
  }

  #memoryArgument(): void {
    // From 64 on, the alignment announces the index of a second memory.
    if (this.#body.u32() > 4) throw refused('a second memory or an alignment', this.#body.offset)
    this.#body.u32()
  }
}

/** `fuel -= cost; if (fuel < 0) unreachable`. */
export function charge(fuel: number, cost: number): Uint8Array {
  return new ByteWriter(24)
    .byte(op.globalGet)
    .u32(fuel)
    .byte(op.i64Const)
    .s64(cost)
    .byte(0x7d, op.globalSet)
    .u32(fuel)
    .bytes(stopWhenEmpty(fuel))
    .result()
}

/** `if (fuel < 0) unreachable`. */
export function stopWhenEmpty(fuel: number): Uint8Array {
  return new ByteWriter(16)
    .byte(op.globalGet)
    .u32(fuel)
    .byte(op.i64Const, 0, 0x53, op.if, 0x40, op.unreachable, op.end)
    .result()
}
