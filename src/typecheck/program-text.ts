/** The text the compiler sees for a program, and the way back from its positions to the program's own. */
import { kinds, type SyntaxNode, type SyntaxTree } from './syntax-tree.ts'

export interface ProgramText {
  readonly text: string
  /** Offset in the program for an offset in `text`. */
  readonly toSource: (offset: number) => number
  /** The node whose statements are the program's own. */
  readonly bodyOf: (tree: SyntaxTree) => SyntaxNode | undefined
}

/** As written: a module. */
export function asModule(source: string): ProgramText {
  return {
    text: source,
    toSource: offset => offset,
    bodyOf: tree => tree.nodes.find(node => node.kind === kinds.sourceFile),
  }
}

const opening = 'async function program__(){'

/** A body with `return`: inside an async function, as the sandbox runs it, with its imports moved out in front. */
export function asBody(source: string, tree?: SyntaxTree): ProgramText {
  const imports = tree?.nodes.filter(node => node.kind === kinds.importDeclaration) ?? []
  // Inside a function the line that names an interpreter is no longer the first.
  let body = source.replace(/^(\uFEFF?)#!/, '$1//')
  let head = ''
  const moved: { readonly at: number; readonly from: SyntaxNode }[] = []
  for (const node of imports) {
    const text = source.slice(node.start, node.end)
    moved.push({ at: head.length, from: node })
    head += `${text}\n`
    body = body.slice(0, node.start) + text.replaceAll(/[^\r\n]/g, ' ') + body.slice(node.end)
  }
  head += opening
  return {
    text: `${head}${body}\n}`,
    toSource: offset => {
      if (offset >= head.length) return Math.min(offset - head.length, source.length)
      const part = moved.findLast(({ at }) => at <= offset)
      return part === undefined ? 0 : part.from.start + offset - part.at
    },
    bodyOf: wrapped =>
      wrapped.nodes.find(node => node.kind === kinds.block && node.start === head.length - 1),
  }
}
