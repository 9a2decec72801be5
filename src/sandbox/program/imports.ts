/** Imports that only named types are dropped: stripped TypeScript leaves them behind, and there is nothing to link. */
import type { Identifier, ImportDeclaration, ImportSpecifier, Literal, Program } from 'acorn'

import type { Edits } from './edits.ts'
import type { Parsed } from './parse.ts'

type Specifier = ImportDeclaration['specifiers'][number]

/** A declaration that has to be linked, and what it still imports. */
export interface KeptImport {
  readonly declaration: ImportDeclaration
  readonly specifiers: readonly Specifier[]
}

/** Blanks imported names the program never uses, as TypeScript does. Answers the declarations that are left. */
export function dropUnusedImports(parsed: Parsed, edits: Edits): KeptImport[] {
  const declarations = importsOf(parsed.tree)
  if (!parsed.wasTypeScript) {
    return declarations.map(one => ({ declaration: one, specifiers: one.specifiers }))
  }
  const uses = countNames(parsed, declarations)
  return declarations.flatMap(declaration => dropUnused(declaration, uses, edits))
}

/** The declaration anew, on one line and without its comments. */
export function importText({ declaration, specifiers }: KeptImport): string {
  const { source, attributes } = declaration
  const from = `${JSON.stringify(source.value)}${attributesText(attributes)}`
  if (declaration.specifiers.length === 0) return `import ${from}`
  const named = specifiers.filter(one => one.type === 'ImportSpecifier').map(namedText)
  const others = specifiers.filter(one => one.type !== 'ImportSpecifier').map(otherText)
  const list = others.length === 0 || named.length > 0 ? [`{ ${named.join(', ')} }`] : []
  return `import ${[...others, ...list].join(', ')} from ${from}`
}

function namedText({ imported, local }: ImportSpecifier): string {
  return `${nameText(imported)} as ${local.name}`
}

function otherText({ type, local }: Specifier): string {
  return type === 'ImportNamespaceSpecifier' ? `* as ${local.name}` : local.name
}

function attributesText(attributes: ImportDeclaration['attributes']): string {
  if (attributes.length === 0) return ''
  const pairs = attributes.map(({ key, value }) => `${nameText(key)}: ${nameText(value)}`)
  return ` with { ${pairs.join(', ')} }`
}

function nameText(node: Identifier | Literal): string {
  return node.type === 'Identifier' ? node.name : JSON.stringify(node.value)
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

/** Empty once the whole declaration is gone. */
function dropUnused(
  declaration: ImportDeclaration,
  used: ReadonlySet<string>,
  edits: Edits,
): KeptImport[] {
  const { specifiers } = declaration
  const unused = specifiers.filter(({ local }) => !used.has(local.name))
  if (specifiers.length > 0 && unused.length === specifiers.length) {
    edits.blank(declaration.start, declaration.end)
    return []
  }
  const named = specifiers.filter(specifier => specifier.type === 'ImportSpecifier')
  const dropped = named.filter(specifier => unused.includes(specifier))
  for (const specifier of dropped) blankNamed(specifier, named, edits)
  const left = specifiers.filter(specifier => !dropped.some(one => one === specifier))
  return [{ declaration, specifiers: left }]
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
