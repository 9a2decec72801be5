/** Which of the compiler's errors do not stop a program: it is a script, not a library. */
import { type CompilerDiagnostic, fullText } from './compiler-diagnostic.ts'
import type { Declarations } from './declarations.ts'
import { toolCalls } from './program-imports.ts'
import { isWithin, kinds, type SyntaxTree, textOf } from './syntax-tree.ts'

/** Places whose type the program leaves open. */
const implicitAny = new Set([
  2683, 7005, 7006, 7008, 7009, 7010, 7011, 7015, 7017, 7018, 7019, 7022, 7023, 7024, 7025, 7031,
  7034, 7050, 7051,
])
const implicitAnyElement = 7053
/** Right in a module, wrong only inside the function around a body: `export`, `declare`, `namespace`. */
const onlyInFunctions = new Set([1184, 1235])
/** `resolve()` of a promise nobody said the type of. */
const resolvedWithNothing = new Set([2794, 2810])
/** `delete` of a member that was always there. */
const deletedMember = 2790
const arithmetic = new Set([2362, 2363])
const unknownMember = 2339
const misfits = new Set([2322, 2339, 2345, 2740, 2769])
const missingMembers = new Set([2345, 2739, 2740, 2741])

export interface Reading {
  readonly tree: SyntaxTree
  readonly isScript: boolean
  readonly declarations: Declarations
}

/** The errors that stop the program. */
export function withoutTolerated(
  errors: readonly CompilerDiagnostic[],
  { tree, isScript, declarations }: Reading,
): readonly CompilerDiagnostic[] {
  if (errors.length === 0) return errors
  const calls = toolCalls(tree, declarations)
  const isToolCall = ({ pos }: CompilerDiagnostic): boolean =>
    calls.some(call => isWithin(pos, call))
  const seen = { tree, isToolCall }
  const stopping = errors.filter(error => !isTolerated(error, seen))
  if (!isScript || stopping.length === 0) return stopping
  const grown = grownMembers(tree)
  return stopping.filter(error => !isLooseHabit(error, { ...seen, grown }))
}

interface Seen {
  readonly tree: SyntaxTree
  /** What a tool takes is said by its server: nothing about it is left open. */
  readonly isToolCall: (diagnostic: CompilerDiagnostic) => boolean
}

function isTolerated(diagnostic: CompilerDiagnostic, seen: Seen): boolean {
  const { code } = diagnostic
  if ([implicitAny, onlyInFunctions, resolvedWithNothing].some(codes => codes.has(code))) {
    return true
  }
  const text = fullText(diagnostic)
  // A computed key is the program's own business; a literal one that does not exist is a typo.
  if (code === implicitAnyElement) return !/Property '.*' does not exist/.test(text)
  return isLeftOpen(diagnostic, text, seen) || isWidened(text, seen.tree)
}

/** What nothing fits: `{ list: [] }.list`, or a variable that only a callback sets; and names known only when it runs. */
function isLeftOpen(diagnostic: CompilerDiagnostic, text: string, { isToolCall }: Seen): boolean {
  const { code } = diagnostic
  if (text.includes("'Promise<")) return false
  if (misfits.has(code) && /'never(?:\[\])?'/.test(text)) return !isToolCall(diagnostic)
  const isOpen =
    /(?:Type|of type) '(?:Record<string, (?:any|unknown)>|\{ \[\w+: string\]: (?:any|unknown); \})'/
  return missingMembers.has(code) && isOpen.test(text)
}

/** `{ state: 'OPEN' }` in a variable is any text to the compiler; the bridge looks at what it really is. */
function isWidened(text: string, { source }: SyntaxTree): boolean {
  const [, allowed] =
    /Type 'string' is not assignable to type '((?:"[^"]*"|[ |]|undefined|null)+)'\.?$/.exec(text) ??
    []
  const words = allowed?.match(/"[^"]*"/g) ?? []
  return words.some(word => source.includes(word) || source.includes(`'${word.slice(1, -1)}'`))
}

/** What plain JavaScript does without a second thought. */
function isLooseHabit(
  diagnostic: CompilerDiagnostic,
  { tree, isToolCall, grown }: Seen & { readonly grown: ReadonlySet<string> },
): boolean {
  const { code, pos, end } = diagnostic
  if (code === deletedMember) return true
  if (arithmetic.has(code)) return isDate(tree.source.slice(pos, end), tree)
  const text = fullText(diagnostic)
  if (code === unknownMember) {
    return grown.has(tree.source.slice(pos, end)) && !text.includes("type 'Promise<")
  }
  // `{ best: null }` is there to be filled.
  if (/^Type '.*' is not assignable to type '(?:null|undefined)'/.test(text)) {
    return !isToolCall(diagnostic)
  }
  // An untyped `({ a, b }) => …` demands both; JavaScript calls it with either.
  return missingMembers.has(code) && /required in type '\{ (?:\w+\??: any; )+\}'/.test(text)
}

/** `new Date(a) - new Date(b)` is a number of milliseconds; so are names that stand for dates. */
function isDate(operand: string, { source }: SyntaxTree): boolean {
  if (/^\(*\s*new Date\b/.test(operand)) return true
  return /^[\w$]+$/.test(operand) && source.includes(`${operand} = new Date(`)
}

/** Members that the program gives to some object: `params.page = 2`. */
function grownMembers(tree: SyntaxTree): ReadonlySet<string> {
  const targets = tree.nodes
    .filter(({ kind, children }) => kind === kinds.binary && children[1]?.kind === kinds.assign)
    .map(({ children: [target] }) => target)
  return new Set(
    targets.flatMap(target => {
      const member = target?.kind === kinds.propertyAccess ? target.children.at(-1) : undefined
      return member === undefined ? [] : [textOf(tree, member)]
    }),
  )
}

/** "Type annotations can only be used in TypeScript files" and its like. */
export function isTypeScriptOnly({ code }: CompilerDiagnostic): boolean {
  return code >= 8002 && code <= 8039
}

/** `return` outside a function: the program is a body, not a module. */
export function isTopLevelReturn({ code }: CompilerDiagnostic): boolean {
  return code === 1108
}
