/** Which syntax a generated file may consist of: anything else means that someone's text got out of its place. */
import { parseSync } from 'oxc-parser'

const types = [
  'TSTypeAliasDeclaration',
  'TSTypeParameterInstantiation',
  'TSTypeReference',
  'TSTypeLiteral',
  'TSPropertySignature',
  'TSIndexSignature',
  'TSTypeAnnotation',
  'TSUnionType',
  'TSIntersectionType',
  'TSArrayType',
  'TSTupleType',
  'TSOptionalType',
  'TSRestType',
  'TSParenthesizedType',
  'TSLiteralType',
  'TSTemplateLiteralType',
  'TSMappedType',
  'TSStringKeyword',
  'TSNumberKeyword',
  'TSBooleanKeyword',
  'TSNullKeyword',
  'TSUnknownKeyword',
  'TSNeverKeyword',
  'TSUndefinedKeyword',
]
const literals = ['Literal', 'UnaryExpression', 'TemplateLiteral', 'TemplateElement', 'Identifier']
const module = [
  'Program',
  'Hashbang',
  'ImportDeclaration',
  'ImportSpecifier',
  'ExportNamedDeclaration',
  'VariableDeclaration',
  'VariableDeclarator',
  'CallExpression',
  'MetaProperty',
]
const allowed = new Set([...types, ...literals, ...module])

/** What is wrong with a tool file's syntax; empty where nothing is. */
export function foreignSyntax(text: string): string[] {
  const { program, errors } = parseSync('tool.ts', text)
  const found = errors.map(({ message }) => message)
  const stack: unknown[] = [program]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (typeof node !== 'object' || node === null) continue
    const type = 'type' in node ? node.type : undefined
    if (typeof type === 'string' && !allowed.has(type)) found.push(type)
    stack.push(...Object.values(node))
  }
  return [...found, ...foreignStatements(program.body)]
}

/** One import of the runtime, named types, and one exported call of `tool`. */
function foreignStatements(body: readonly { readonly type: string }[]): string[] {
  const kinds = body.map(({ type }) => type)
  const expected = [
    'ImportDeclaration',
    ...kinds.slice(1, -1).map(() => 'TSTypeAliasDeclaration'),
    'ExportNamedDeclaration',
  ]
  return kinds.join() === expected.join() ? [] : [`statements: ${kinds.join()}`]
}
