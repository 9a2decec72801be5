/** The compiler's findings as a program's author needs them: what is wrong, what was probably meant, the right signature. */
import { cleanText, codeFrame, didYouMean, quoteName, truncate } from '../text/index.ts'
import { type CompilerDiagnostic, fullText } from './compiler-diagnostic.ts'
import type { CheckedTool, Declarations } from './declarations.ts'
import type { Diagnostic } from './diagnostic.ts'
import { hintForGlobal, hintForModule } from './hints.ts'
import { type Finding, meant, misnamedCalls, placeOf, signatureOf } from './misnamed.ts'
import type { LostPromise } from './missing-await.ts'
import { serverOfModule, toolAround } from './program-imports.ts'
import type { ProgramText } from './program-text.ts'
import {
  isWithin,
  kinds,
  literalOf,
  type SyntaxNode,
  type SyntaxTree,
  textOf,
} from './syntax-tree.ts'
import { memberOf } from './variable-uses.ts'

const maxDiagnostics = 20
const maxMessageLength = 2000

export interface Checked {
  readonly source: string
  readonly program: ProgramText
  readonly tree: SyntaxTree
  readonly declarations: Declarations
}

/** Diagnostics in the program's own positions, ours first, at most twenty. */
export function explain(
  checked: Checked,
  errors: readonly CompilerDiagnostic[],
  promises: readonly LostPromise[],
): Diagnostic[] {
  const wrong = misnamedCalls(checked.tree, checked.declarations)
  const known = new Set(promises.map(({ node }) => node.start))
  const rest = errors.filter(
    ({ pos }) => !known.has(pos) && !wrong.some(({ node }) => isWithin(pos, node)),
  )
  // Only what is shown is explained: a program may have thousands of errors.
  const findings = [
    ...wrong,
    ...promises.map(lost => ({
      start: lost.node.start,
      explain: () => missingAwait(checked, lost),
    })),
    ...rest.map(error => ({ start: error.pos, explain: () => explainError(checked, error) })),
  ]
  const shown = findings.toSorted((a, b) => a.start - b.start).slice(0, maxDiagnostics)
  return shown.map(({ explain: explained }) => toDiagnostic(checked, explained()))
}

function missingAwait(checked: Checked, { node, how }: LostPromise): Finding {
  const text = truncate(textOf(checked.tree, node).replaceAll(/\s+/g, ' '), 60)
  return { ...placeOf(node), code: 'MISSING_AWAIT', message: lostText[how](checked, node, text) }
}

type LostText = (checked: Checked, node: SyntaxNode, text: string) => string

const lostText: Readonly<Record<LostPromise['how'], LostText>> = {
  itself: ({ tree, declarations }, node, text) => {
    const tool = toolAround(tree, node.start, declarations)
    const isCall = node.kind === kinds.call
    const called = tool === undefined ? 'This call' : `Tool ${quoteName(tool.tool)}`
    const what = isCall ? called : quoteName(textOf(tree, node), 60)
    return `${what} ${isCall ? 'returns' : 'is'} a promise whose result is lost here; write await ${text}`
  },
  inside: (_, __, text) =>
    `${quoteName(text)} holds promises whose results are lost here; await each, or a list with await Promise.all(${text})`,
  callback: ({ tree }, { parent }) => {
    const method = quoteName(
      parent?.children[0] === undefined ? '' : memberOf(tree, parent.children[0]),
    )
    return `${method} does not wait for the promise that its callback returns; use for (const … of …) with await inside, or map and await Promise.all(…)`
  },
}

function explainError(checked: Checked, error: CompilerDiagnostic): Finding {
  const { tree, declarations } = checked
  const text = cleanText(fullText(error))
  const place = { start: error.pos, end: Math.max(error.end, error.pos + 1) }
  const word = tree.source.slice(error.pos, error.end)
  const unknown = unknownName(checked, error, word)
  if (unknown !== undefined) return { ...place, ...unknown }
  const tool = toolAround(tree, error.pos, declarations) ?? toolMeant(text, declarations)
  const about = tool === undefined ? '' : signatureOf(tool.signature())
  return { ...place, code: `TS${error.code}`, message: text + adviceFor(error, text, tree) + about }
}

/** The tool whose name the compiler proposes for one that its server does not export. */
function toolMeant(text: string, { tools }: Declarations): CheckedTool | undefined {
  const [, server, name] =
    /"(?:\/mcp-tools\/servers\/)?([^/"]+)(?:\/[^"]*)?".*\. Did you mean '([^']+)'\?/.exec(text) ??
    []
  return tools.find(tool => tool.server === server && tool.typescriptName === name)
}

const unknownGlobalCodes = new Set([
  2304, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2693, 2708, 2867, 2868,
])
const unknownModuleCodes = new Set([2307, 2792, 2732, 5097, 7016])

function unknownName(
  checked: Checked,
  { code, pos }: CompilerDiagnostic,
  word: string,
): { readonly code: string; readonly message: string } | undefined {
  const literal = checked.tree.nodes.find(
    node => node.start === pos && node.kind === kinds.stringLiteral,
  )
  const specifier = literalOf(checked.tree, literal)
  if (specifier !== undefined && (unknownModuleCodes.has(code) || unknownGlobalCodes.has(code))) {
    return { code: 'UNKNOWN_MODULE', message: unknownModule(specifier, checked.declarations) }
  }
  const hint = unknownGlobalCodes.has(code) ? hintForGlobal(word) : undefined
  return hint === undefined
    ? undefined
    : {
        code: 'UNKNOWN_GLOBAL',
        message: `There is no ${quoteName(word)} in the sandbox: ${hint}`,
      }
}

function unknownModule(specifier: string, declarations: Declarations): string {
  const subject = `Unknown module ${quoteName(specifier)}`
  const { modules, servers } = declarations
  if (specifier.startsWith('node:')) return `${subject}: ${hintForModule(specifier)}`
  const inTree = specifier.startsWith('/') || specifier.startsWith('.')
  const server = serverOfModule(specifier, declarations)
  const known =
    server === undefined
      ? servers.map(id => `/mcp-tools/servers/${id}/index.ts`)
      : [...modules.keys()].filter(
          path => path.startsWith(`/mcp-tools/servers/${server}/`) && !path.includes('/_runtime/'),
        )
  if (inTree) return subject + meant(specifier, known)
  const meantServer = didYouMean(specifier, servers)
  return meantServer === undefined
    ? `${subject}: ${hintForModule(specifier)}`
    : `${subject}; ${meantServer}`
}

const ofUnknownType = new Set([18046, 2571])
/** A promise where its value was meant; not a value where a promise is wanted. */
const promiseMisused =
  /(?:^\s*type|\b(?:on|of|index|comparable to) type|\btypes|\bthis) '(?:Promise<|[^']*' and 'Promise<)/im

const notCallable = 2349
const continuedByBracket = /^[ \t]*[\n\r]\s*\(/

function adviceFor(
  { code, end }: CompilerDiagnostic,
  text: string,
  { source }: SyntaxTree,
): string {
  if (code === notCallable && continuedByBracket.test(source.slice(end))) {
    return '\nThe next line begins with "(" and so continues this one: end this one with a semicolon'
  }
  if (promiseMisused.test(text)) {
    return '\nThe call returns a promise: write await before it, in parentheses if a member follows'
  }
  if (ofUnknownType.has(code)) {
    return '\nThe tool declares no result type: narrow it (typeof, Array.isArray), or say what you expect: `as { … }`'
  }
  return ''
}

function toDiagnostic(
  { source, program }: Checked,
  { start, end, code, message }: Finding,
): Diagnostic {
  const from = program.toSource(start)
  const before = source.slice(0, from).split(/\r\n|[\n\r\u2028\u2029]/)
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  const length = Math.max(1, program.toSource(end) - from)
  return {
    ...place,
    code,
    message: truncate(message, maxMessageLength),
    codeFrame: codeFrame(source, { ...place, length }),
  }
}
