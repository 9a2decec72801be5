/** The compiler's syntax tree of a program, decoded from the table of nodes it sends. */

/** The kinds our rules look at; a test holds them against the compiler's own list. */
export const kinds = {
  endOfFile: 1,
  stringLiteral: 10,
  plainTemplate: 14,
  comma: 27,
  equal: 34,
  notEqual: 35,
  strictlyEqual: 36,
  strictlyNotEqual: 37,
  plus: 39,
  minus: 40,
  times: 41,
  divide: 43,
  and: 55,
  or: 56,
  nullish: 60,
  assign: 63,
  plusAssign: 64,
  identifier: 79,
  importKeyword: 101,
  in: 102,
  instanceOf: 103,
  async: 133,
  parameter: 170,
  method: 175,
  constructor: 177,
  getter: 178,
  setter: 179,
  firstType: 183,
  lastType: 206,
  binding: 209,
  arrayLiteral: 210,
  objectLiteral: 211,
  propertyAccess: 212,
  elementAccess: 213,
  call: 214,
  parenthesized: 218,
  functionExpression: 219,
  arrowFunction: 220,
  typeOf: 222,
  await: 224,
  prefixUnary: 225,
  binary: 227,
  conditional: 228,
  yield: 230,
  as: 235,
  nonNull: 236,
  satisfies: 239,
  templateSpan: 240,
  block: 242,
  expressionStatement: 245,
  if: 246,
  do: 247,
  while: 248,
  forIn: 250,
  forOf: 251,
  returnStatement: 254,
  switch: 256,
  throw: 258,
  variable: 261,
  functionDeclaration: 263,
  importDeclaration: 273,
  namespaceImport: 275,
  importSpecifier: 277,
  exportAssignment: 278,
  propertyAssignment: 303,
  shorthandProperty: 304,
  spreadAssignment: 305,
  sourceFile: 307,
} as const

export interface SyntaxNode {
  readonly kind: number
  /** Where its own text starts: comments and white space before it left out. */
  readonly start: number
  readonly end: number
  readonly parent: SyntaxNode | undefined
  readonly children: readonly SyntaxNode[]
  /** The compiler's name for this node. */
  readonly handle: string
}

export interface SyntaxTree {
  readonly source: string
  readonly nodes: readonly SyntaxNode[]
  /** Identifiers by their text. */
  readonly named: ReadonlyMap<string, readonly SyntaxNode[]>
}

const headerSize = 44
const nodesOffset = 40
const nodeSize = 28
const supportedVersion = 5
const listKind = 0xff_ff_ff_ff

/** Undefined where the table has a version we do not know. */
export function decodeTree(base64: string, source: string, path: string): SyntaxTree | undefined {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < headerSize || bytes.readUInt32LE(0) >>> 24 !== supportedVersion) {
    return undefined
  }
  const first = bytes.readUInt32LE(nodesOffset)
  const all: (MutableNode | undefined)[] = []
  // Parents come before their children, so one pass is enough; lists are skipped in favour of their owners.
  const owners: number[] = []
  for (let offset = first, index = 0; offset + nodeSize <= bytes.length; offset += nodeSize) {
    const kind = bytes.readUInt32LE(offset)
    const parentIndex = bytes.readUInt32LE(offset + 16)
    owners[index] = kind === listKind ? (owners[parentIndex] ?? 0) : index
    const parent = all[owners[parentIndex] ?? 0]
    if (index > 0 && kind !== listKind) {
      const start = skipTrivia(source, bytes.readInt32LE(offset + 4))
      const end = bytes.readInt32LE(offset + 8)
      const node = { kind, start, end, parent, children: [], handle: `${index}.${kind}.${path}` }
      parent?.children.push(node)
      all[index] = node
    }
    index++
  }
  const nodes = all.filter(node => node !== undefined)
  return { source, nodes, named: identifiersOf(nodes, source) }
}

function identifiersOf(nodes: readonly SyntaxNode[], source: string): Map<string, SyntaxNode[]> {
  const named = new Map<string, SyntaxNode[]>()
  for (const node of nodes) {
    if (node.kind !== kinds.identifier) continue
    const name = source.slice(node.start, node.end)
    const known = named.get(name)
    if (known === undefined) named.set(name, [node])
    else known.push(node)
  }
  return named
}

export function textOf(tree: SyntaxTree, node: SyntaxNode): string {
  return tree.source.slice(node.start, node.end)
}

export function isWithin(position: number, { start, end }: SyntaxNode): boolean {
  return start <= position && position <= end
}

/** The text a literal stands for, where it is one without escapes. */
export function literalOf(tree: SyntaxTree, node: SyntaxNode | undefined): string | undefined {
  if (node?.kind !== kinds.stringLiteral && node?.kind !== kinds.plainTemplate) return undefined
  const text = textOf(tree, node).slice(1, -1)
  return text.includes('\\') ? undefined : text
}

interface MutableNode extends SyntaxNode {
  readonly children: MutableNode[]
}

const trivia = /(?:[\s\uFEFF]+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y

function skipTrivia(source: string, position: number): number {
  trivia.lastIndex = position
  trivia.exec(source)
  return Math.max(position, trivia.lastIndex)
}
