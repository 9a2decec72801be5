/** Imports that only named types are dropped: stripped TypeScript leaves them behind, and there is nothing to link. */
import type { ImportDeclaration, ImportSpecifier, Program } from 'acorn'

import type { Edits } from './edits.ts'
import type { Parsed } from './parse.ts'

/** Blanks imported names the program never uses, as TypeScript does. Answers the declarations that are left. */
export function dropUnusedImports(parsed: Parsed, edits: Edits): ImportDeclaration[] {
  const declarations = importsOf(parsed.tree)
  if (!parsed.wasTypeScript) return declarations
  const uses = countNames(parsed, declarations)
  return declarations.filter(declaration => !dropUnused(declaration, uses, edits))
}

function importsOf(tree: Program): ImportDeclaration[] {
  return tree.body.filter(node => node.type === 'ImportDeclaration')
}

function countNames({ tokens, code }: Parsed, declarations: ImportDeclaration[]): Set<string> {
  const used = new Set<string>()
  for (const { type, start, end } of tokens) {
    const isInImport = declarations.some(one => start >= one.start && end <= one.end)
    if (type.label === 'name' && !isInImport) used.add(code.slice(start, end))
  }
  return used
}

/** True once the whole declaration is gone. */
function dropUnused(
  declaration: ImportDeclaration,
  used: ReadonlySet<string>,
  edits: Edits,
): boolean {
  const { specifiers } = declaration
  const unused = specifiers.filter(({ local }) => !used.has(local.name))
  if (specifiers.length > 0 && unused.length === specifiers.length) {
    edits.blank(declaration.start, declaration.end)
    return true
  }
  const named = specifiers.filter(specifier => specifier.type === 'ImportSpecifier')
  for (const specifier of unused) {
    if (specifier.type === 'ImportSpecifier') blankNamed(specifier, named, edits)
  }
  return false
}

/** With the comma behind it, if another name follows. */
function blankNamed(
  specifier: ImportSpecifier,
  named: readonly ImportSpecifier[],
  edits: Edits,
): void {
  const next = named[named.indexOf(specifier) + 1]
  edits.blank(specifier.start, next?.start ?? specifier.end)
}
