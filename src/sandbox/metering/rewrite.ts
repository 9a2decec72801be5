/**
 * Turns a module into one that pays for what it does: an allow list decides what may be in it, and everything it executes
 * is charged to a global that the host fills. Nothing of the module's own is renumbered: what we add comes at the end.
 */
import { ByteReader, ByteWriter, refused } from './bytes.ts'
import { type Costs, type Injected, rewriteBody } from './code.ts'
import {
  functionBodies,
  globalEntries,
  type InjectedGlobals,
  injectedNames,
  injectedType,
} from './injected.ts'
import {
  count,
  exportKind,
  type Own,
  readIndex,
  type Export,
  readData,
  readElements,
  readExports,
  readGlobals,
  readImports,
  readMemories,
  readTables,
  readTypes,
  section,
  sectionOrder,
  type Signature,
  type Size,
} from './sections.ts'

export interface MeterOptions {
  readonly costs: Costs
  /** The hard maximum of the memory, whatever the module asks for. */
  readonly maxPages: number
}

export interface MeteredModule {
  readonly bytes: Uint8Array
  /** Pages the memory starts with; undefined without a memory. */
  readonly minPages: number | undefined
  readonly functions: readonly FunctionExport[]
}

export interface FunctionExport extends Signature {
  readonly name: string
}

const maxModuleBytes = 16 << 20
const maxTableSize = 65_536
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/** Checks and rewrites a module; throws `WASM_INVALID` for anything outside the allow list. */
export function meterModule(bytes: Uint8Array, options: MeterOptions): MeteredModule {
  if (bytes.length > maxModuleBytes) throw refused(`a module of ${bytes.length} bytes`, 0)
  return new Rewriter(readSections(bytes), options).rewrite()
}

function readSections(bytes: Uint8Array): Map<number, ByteReader> {
  const reader = new ByteReader(bytes)
  for (const expected of header) {
    if (reader.byte() !== expected) throw refused('it is not a version 1 module', reader.offset - 1)
  }
  const sections = new Map<number, ByteReader>()
  let last = -1
  while (!reader.done) {
    const id = reader.byte()
    const content = reader.slice(reader.u32())
    if (id === section.custom) {
      // Left out with all it says; without a name it would be invalid, and so would be the module.
      content.name()
      continue
    }
    const rank = sectionOrder.indexOf(id)
    if (rank === -1) throw refused(`section ${id} is not supported`, reader.offset)
    if (rank <= last) throw refused(`section ${id} is out of order`, reader.offset)
    last = rank
    sections.set(id, content)
  }
  return sections
}

class Rewriter {
  readonly #sections: Map<number, ByteReader>
  readonly #options: MeterOptions
  readonly #out = new ByteWriter(1 << 16)
  /** The type of every function, imported ones first. */
  readonly #functions: number[] = []
  #globals = 0
  #types: readonly Signature[] = []
  #functionCount = 0
  #memory: Size | undefined
  #exports: readonly Export[] = []

  constructor(sections: Map<number, ByteReader>, options: MeterOptions) {
    this.#sections = sections
    this.#options = options
    this.#out.bytes(header)
  }

  rewrite(): MeteredModule {
    this.#typesAndImports()
    this.#functionSection()
    this.#tableAndMemory()
    this.#globalSection()
    this.#exportSection()
    this.#copy(section.element, reader => {
      readElements(reader, this.#own())
    })
    this.#copy(section.dataCount, reader => {
      reader.u32()
    })
    this.#codeSection()
    this.#copy(section.data, reader => {
      readData(reader, this.#own())
    })
    const minPages = this.#memory?.min
    return { bytes: this.#out.result(), minPages, functions: this.#functionExports() }
  }

  #typesAndImports(): void {
    this.#append(section.type, { items: 1, bytes: injectedType }, reader => {
      this.#types = readTypes(reader)
    })
    this.#copy(section.import, reader => {
      const { functions, globals } = readImports(reader, this.#types.length)
      this.#functions.push(...functions)
      this.#globals = globals
    })
  }

  #functionSection(): void {
    const type = new ByteWriter(8).u32(this.#types.length).result()
    const bytes = [...type, ...type, ...type]
    this.#append(section.function, { items: 3, bytes }, reader => {
      this.#functionCount = count(reader)
      for (let index = 0; index < this.#functionCount; index += 1) {
        this.#functions.push(readIndex(reader, this.#types.length))
      }
    })
  }

  #tableAndMemory(): void {
    const table = this.#read(section.table, readTables)
    if (table !== undefined) {
      const max = Math.min(table.max ?? maxTableSize, maxTableSize)
      if (table.min > max) throw refused(`a table of ${table.min}`, 0)
      this.#section(section.table, new ByteWriter(16).byte(1, 0x70, 1).u32(table.min).u32(max))
    }
    this.#memory = this.#read(section.memory, readMemories)
    if (this.#memory === undefined) return
    const { min, max } = this.#memory
    const { maxPages } = this.#options
    if (min > maxPages) throw refused(`a memory of ${min} pages where ${maxPages} are allowed`, 0)
    const clamped = Math.max(min, Math.min(max ?? maxPages, maxPages))
    this.#section(section.memory, new ByteWriter(16).byte(1, 1).u32(min).u32(clamped))
  }

  #globalSection(): void {
    const bytes = globalEntries(this.#memory?.min ?? 0)
    this.#append(section.global, { items: 4, bytes }, reader => {
      this.#globals += readGlobals(reader, this.#own())
    })
  }

  #exportSection(): void {
    const { fuel, pages, maxPages, denied } = this.#indices()
    const bytes = new ByteWriter(128)
    const named = [
      [injectedNames.fuel, fuel],
      [injectedNames.pages, pages],
      [injectedNames.maxPages, maxPages],
      [injectedNames.denied, denied],
    ] as const
    for (const [name, index] of named) bytes.name(name).byte(exportKind.global).u32(index)
    const start = this.#read(section.start, reader => readIndex(reader, this.#functions.length))
    if (start !== undefined) bytes.name(injectedNames.start).byte(exportKind.function).u32(start)
    const items = start === undefined ? 4 : 5
    this.#append(section.export, { items, bytes: bytes.result() }, reader => {
      this.#exports = readExports(reader, this.#own())
    })
  }

  #codeSection(): void {
    const { fuel, pages } = this.#indices()
    const grow = this.#functions.length
    const own = this.#own()
    const injected: Injected = { own, fuel, pages, grow, bulk: grow + 1, table: grow + 2 }
    const bytes = functionBodies(this.#indices(), this.#memory !== undefined)
    const out = new ByteWriter(1 << 16)
    let bodies = 0
    this.#read(section.code, reader => {
      bodies = count(reader)
      for (let index = 0; index < bodies; index += 1) {
        const body = rewriteBody(reader.slice(reader.u32()), this.#options.costs, injected)
        out.u32(body.length).bytes(body)
      }
    })
    if (bodies !== this.#functionCount) throw refused('functions and bodies differ in number', 0)
    const whole = new ByteWriter(out.length + 512).u32(bodies + 3).bytes(out.result())
    this.#section(section.code, whole.bytes(bytes))
  }

  #functionExports(): FunctionExport[] {
    const functions = this.#exports.filter(({ kind }) => kind === exportKind.function)
    return functions.map(({ name, index }) => {
      const signature = this.#types[this.#functions[index] ?? -1]
      if (signature === undefined) throw refused('an exported function has no type', 0)
      return { name, ...signature }
    })
  }

  #own(): Own {
    return {
      types: this.#types.length,
      functions: this.#functions.length,
      globals: this.#globals,
      hasMemory: this.#memory !== undefined,
    }
  }

  #indices(): InjectedGlobals {
    const first = this.#globals
    return { fuel: first, pages: first + 1, maxPages: first + 2, denied: first + 3 }
  }

  /** Reads a section to its very end, if the module has it. */
  #read<T>(id: number, read: (reader: ByteReader) => T): T | undefined {
    const reader = this.#sections.get(id)
    if (reader === undefined) return undefined
    const result = read(reader)
    if (!reader.done) throw refused(`bytes after the end of section ${id}`, reader.offset)
    return result
  }

  /** Writes a section as it was, once it has been checked. */
  #copy(id: number, check: (reader: ByteReader) => void): void {
    const reader = this.#sections.get(id)
    if (reader === undefined) return
    const start = reader.offset
    this.#read(id, check)
    reader.offset = start
    this.#section(id, new ByteWriter(16).bytes(reader.take(reader.end - start)))
  }

  /** Writes a section with our items behind the module's own. */
  #append(id: number, added: Addition, check: (reader: ByteReader) => void): void {
    const out = new ByteWriter(256)
    const reader = this.#sections.get(id)
    if (reader === undefined) {
      out.u32(added.items)
    } else {
      const start = reader.offset
      this.#read(id, check)
      reader.offset = start
      out.u32(reader.u32() + added.items).bytes(reader.take(reader.end - reader.offset))
    }
    this.#section(id, out.bytes(added.bytes))
  }

  #section(id: number, content: ByteWriter): void {
    this.#out.byte(id).u32(content.length).bytes(content.result())
  }
}

interface Addition {
  readonly items: number
  readonly bytes: ArrayLike<number>
}
