/**
 * Makes a program's text runnable as one ES module whose default export is the program's value: a `return`, a default
 * export, or the last expression. Runs in a worker: parsers see hostile text.
 */
import type { AnyNode, ModuleDeclaration, Statement } from 'acorn'

import { Edits } from './edits.ts'
import { dropUnusedImports, importText, type KeptImport } from './imports.ts'
import { type Parsed, parse } from './parse.ts'
import { countLines, type Prepared } from './prepared.ts'
import { SyntaxProblem } from './syntax-problem.ts'

type TopLevel = Statement | ModuleDeclaration

/** The program itself. `path` is what `import.meta.url` says. */
export function prepareProgram(source: string, path: string): Prepared {
  const parsed = parse(withoutHashbang(source))
  const edits = new Edits(parsed.code)
  addUrl(parsed.code, { edits, path })
  const imports = dropUnusedImports(parsed, edits)
  const { body } = parsed.tree
  const hasDefault = body.some(node => node.type === 'ExportDefaultDeclaration')
  if (parsed.code.includes('return') && body.some(containsReturn)) {
    wrapForReturn(parsed, { edits, imports })
  } else if (!hasDefault) exportLastExpression(parsed, edits)
  return finish(parsed, edits, hasDefault)
}

/** A module the program imports. */
export function prepareModule(source: string, path: string): Prepared {
  if (path.endsWith('.json')) return jsonModule(source)
  const parsed = parse(withoutHashbang(source))
  const edits = new Edits(parsed.code)
  dropUnusedImports(parsed, edits)
  addUrl(parsed.code, { edits, path })
  return finish(parsed, edits, false)
}

function finish({ code, map }: Parsed, edits: Edits, callsDefault: boolean): Prepared {
  const applied = { ...edits.apply(), lines: countLines(code), callsDefault }
  return map === undefined ? applied : { ...applied, map }
}

function withoutHashbang(source: string): string {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source
  return text.startsWith('#!') ? `//${text.slice(2)}` : text
}

function jsonModule(source: string): Prepared {
  const code = `export default JSON.parse(${JSON.stringify(source)})`
  return { code, insertions: [], lines: 1, callsDefault: false }
}

/** The engine gives modules no `import.meta.url`. Inserted before all else: what follows may be the middle of an expression. */
function addUrl(code: string, { edits, path }: { edits: Edits; path: string }): void {
  if (code.includes('import.meta')) edits.insert(0, `import.meta.url=${JSON.stringify(path)};`)
}

/** Declarations behind the last expression do not hide it. */
function exportLastExpression({ tree, code }: Parsed, edits: Edits): void {
  const silent = new Set(['FunctionDeclaration', 'ClassDeclaration', 'EmptyStatement'])
  const last = tree.body.findLast(node => !silent.has(node.type))
  if (last?.type !== 'ExpressionStatement') return
  // Its own brackets are the statement's, not the expression's: "(1, 2)" holds "1, 2".
  edits.insert(last.start, 'export default (')
  edits.insert(code[last.end - 1] === ';' ? last.end - 1 : last.end, ')')
}

/** Imports stay outside, everything else moves into an async function whose result is the default export. */
function wrapForReturn(
  { tree, code }: Parsed,
  { edits, imports }: { edits: Edits; imports: readonly KeptImport[] },
): void {
  const hoisted = imports.map(importText)
  for (const { declaration } of imports) edits.blank(declaration.start, declaration.end)
  for (const node of tree.body) unexport(node, edits)
  edits.insert(0, `${hoisted.join(';')};export default await (async () => {`)
  edits.insert(code.length, '\n})()')
}

/** Inside a function nothing is exported; what was declared stays declared. */
function unexport(node: TopLevel, edits: Edits): void {
  if (node.type === 'ExportNamedDeclaration') {
    edits.blank(node.start, node.declaration?.start ?? node.end)
  } else if (node.type === 'ExportDefaultDeclaration' || node.type === 'ExportAllDeclaration') {
    throw new SyntaxProblem(
      'A program with a top-level return has no default export and re-exports nothing',
    )
  }
}

/** A `return` outside every function. */
function containsReturn(node: AnyNode): boolean {
  if (node.type === 'ReturnStatement') return true
  if (isFunction(node)) return false
  return Object.values(node).some(member =>
    Array.isArray(member) ? member.some(isReturning) : isReturning(member),
  )
}

function isReturning(member: unknown): boolean {
  return isNode(member) && containsReturn(member)
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function isFunction({ type }: AnyNode): boolean {
  return (
    type === 'FunctionDeclaration' ||
    type === 'FunctionExpression' ||
    type === 'ArrowFunctionExpression' ||
    type === 'ClassBody'
  )
}
