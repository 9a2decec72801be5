/**
 * `module.wasm`: a WebAssembly module that carries a server's tool modules ready to run, as JavaScript with their types
 * already taken out. It is a container with a little code: `main` answers the number of tools, `prepared` and
 * `prepared_length` say where in its memory the modules are, as JSON text. It imports nothing.
 */
import { ExecutionError } from '../errors.ts'
import { concat, name, section, signed, unsigned, vector } from './wasm-encoding.ts'
import { readSegment } from './wasm-reading.ts'

/** JavaScript by absolute virtual path ("/mcp-tools/servers/github/createIssue.ts"). */
export type PreparedModules = ReadonlyMap<string, string>

export interface ModuleContent {
  readonly server: string
  readonly toolCount: number
  readonly modules: PreparedModules
  /** What the type checker reads of the same modules. */
  readonly declarations: ReadonlyMap<string, string>
}

/** Where the segment starts in the module's memory: an address of 0 reads as "nothing" in many languages. */
const segmentStart = 1024
const pageBytes = 65_536
const header = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)
const i32 = 0x7f
const end = 0x0b
const i32Const = 0x41

/** Same content, same bytes. */
export function encodeModule(content: ModuleContent): Uint8Array {
  return frame(new TextEncoder().encode(printContent(content)), content.toolCount)
}

/** Throws CHECKSUM_MISMATCH for anything but a module of the very shape `encodeModule` makes. */
export function decodeModule(bytes: Uint8Array): ModuleContent {
  const segment = readSegment(bytes)
  const content = segment === undefined ? undefined : parseContent(segment)
  const isOurs =
    segment !== undefined &&
    content !== undefined &&
    Buffer.compare(frame(segment, content.toolCount), bytes) === 0
  if (isOurs) return content
  throw new ExecutionError(
    'CHECKSUM_MISMATCH',
    'Cannot read the plugin file "module.wasm": it is no module of ours; save the plugin again',
  )
}

function frame(segment: Uint8Array, toolCount: number): Uint8Array {
  const pages = Math.ceil((segmentStart + segment.length) / pageBytes)
  const answers = [toolCount, segmentStart, segment.length]
  return concat([
    header,
    section(1, vector([Uint8Array.of(0x60, 0, 1, i32)])),
    section(3, vector(answers.map(() => Uint8Array.of(0)))),
    section(5, vector([concat([Uint8Array.of(1), unsigned(pages), unsigned(pages)])])),
    section(
      7,
      vector([
        ...['main', 'prepared', 'prepared_length'].map(exported(0)),
        exported(2)('memory', 0),
      ]),
    ),
    section(10, vector(answers.map(body))),
    section(11, vector([dataSegment(segment)])),
  ])
}

function printContent({ server, toolCount, modules, declarations }: ModuleContent): string {
  const texts = { modules: sorted(modules), declarations: sorted(declarations) }
  return JSON.stringify({ format: 1, server, toolCount, ...texts })
}

function sorted(texts: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...texts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function parseContent(segment: Uint8Array): ModuleContent | undefined {
  try {
    return asContent(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(segment)))
  } catch {
    return undefined
  }
}

function asContent(json: unknown): ModuleContent | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  if (!('server' in json && 'toolCount' in json)) return undefined
  if (!('modules' in json && 'declarations' in json)) return undefined
  const { server, toolCount } = json
  const modules = asTexts(json.modules)
  const declarations = asTexts(json.declarations)
  if (typeof server !== 'string' || !isCount(toolCount)) return undefined
  if (modules === undefined || declarations === undefined) return undefined
  return { server, toolCount, modules, declarations }
}

function asTexts(pairs: unknown): ReadonlyMap<string, string> | undefined {
  return Array.isArray(pairs) && pairs.every(isPair) ? new Map(pairs) : undefined
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'string')
}

function exported(kind: number): (text: string, index: number) => Uint8Array {
  return (text, index) => concat([name(text), Uint8Array.of(kind), unsigned(index)])
}

function body(answer: number): Uint8Array {
  const code = concat([Uint8Array.of(0, i32Const), signed(answer), Uint8Array.of(end)])
  return concat([unsigned(code.length), code])
}

function dataSegment(bytes: Uint8Array): Uint8Array {
  const offset = concat([Uint8Array.of(i32Const), signed(segmentStart), Uint8Array.of(end)])
  return concat([Uint8Array.of(0), offset, unsigned(bytes.length), bytes])
}
