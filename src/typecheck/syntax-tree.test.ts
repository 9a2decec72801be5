import { SyntaxKind } from 'typescript/unstable/ast'
import { expect, test } from 'vitest'

import { decodeTree, kinds } from './syntax-tree.ts'

test('our kinds are the compiler’s', () => {
  const compilers = {
    endOfFile: SyntaxKind.EndOfFile,
    stringLiteral: SyntaxKind.StringLiteral,
    plainTemplate: SyntaxKind.NoSubstitutionTemplateLiteral,
    and: SyntaxKind.AmpersandAmpersandToken,
    or: SyntaxKind.BarBarToken,
    nullish: SyntaxKind.QuestionQuestionToken,
    assign: SyntaxKind.EqualsToken,
    identifier: SyntaxKind.Identifier,
    importKeyword: SyntaxKind.ImportKeyword,
    async: SyntaxKind.AsyncKeyword,
    await: SyntaxKind.AwaitExpression,
    parameter: SyntaxKind.Parameter,
    method: SyntaxKind.MethodDeclaration,
    constructor: SyntaxKind.Constructor,
    getter: SyntaxKind.GetAccessor,
    setter: SyntaxKind.SetAccessor,
    firstType: SyntaxKind.FirstTypeNode,
    lastType: SyntaxKind.LastTypeNode,
    binding: SyntaxKind.BindingElement,
    arrayLiteral: SyntaxKind.ArrayLiteralExpression,
    objectLiteral: SyntaxKind.ObjectLiteralExpression,
    propertyAccess: SyntaxKind.PropertyAccessExpression,
    call: SyntaxKind.CallExpression,
    parenthesized: SyntaxKind.ParenthesizedExpression,
    functionExpression: SyntaxKind.FunctionExpression,
    arrowFunction: SyntaxKind.ArrowFunction,
    binary: SyntaxKind.BinaryExpression,
    conditional: SyntaxKind.ConditionalExpression,
    templateSpan: SyntaxKind.TemplateSpan,
    block: SyntaxKind.Block,
    expressionStatement: SyntaxKind.ExpressionStatement,
    returnStatement: SyntaxKind.ReturnStatement,
    variable: SyntaxKind.VariableDeclaration,
    functionDeclaration: SyntaxKind.FunctionDeclaration,
    importDeclaration: SyntaxKind.ImportDeclaration,
    namespaceImport: SyntaxKind.NamespaceImport,
    importSpecifier: SyntaxKind.ImportSpecifier,
    exportAssignment: SyntaxKind.ExportAssignment,
    propertyAssignment: SyntaxKind.PropertyAssignment,
    shorthandProperty: SyntaxKind.ShorthandPropertyAssignment,
    spreadAssignment: SyntaxKind.SpreadAssignment,
    sourceFile: SyntaxKind.SourceFile,
  }
  expect(kinds).toEqual(compilers)
})

test.each(['', 'AAAA', Buffer.alloc(100).toString('base64')])(
  'a table of another version is not decoded',
  data => {
    expect(decodeTree(data, '', '/p.ts')).toBeUndefined()
  },
)
