/** Which of the compiler's errors do not stop a program: it is a script, not a library. */
import { type CompilerDiagnostic, fullText } from './compiler-diagnostic.ts'
import { kinds, type SyntaxTree, textOf } from './syntax-tree.ts'

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
/** Arithmetic with dates, and `delete` of a member that was always there. */
const looseHabits = new Set([2362, 2363, 2790])
const unknownMember = 2339
const misfits = new Set([2322, 2339, 2345, 2740, 2769])
const missingMembers = new Set([2345, 2739, 2740, 2741])

export interface Reading {
  readonly tree: SyntaxTree
  readonly isScript: boolean
}

/** The errors that stop the program. */
export function withoutTolerated(
  errors: readonly CompilerDiagnostic[],
  { tree, isScript }: Reading,
): readonly CompilerDiagnostic[] {
  const stopping = errors.filter(error => !isTolerated(error, tree))
  if (!isScript || stopping.length === 0) return stopping
  const grown = grownMembers(tree)
  return stopping.filter(error => !isLooseHabit(error, tree, grown))
}

function isTolerated(diagnostic: CompilerDiagnostic, tree: SyntaxTree): boolean {
  const { code } = diagnostic
  if ([implicitAny, onlyInFunctions, resolvedWithNothing].some(codes => codes.has(code))) {
    return true
  }
  const text = fullText(diagnostic)
  // A computed key is the program's own business; a literal one that does not exist is a typo.
  if (code === implicitAnyElement) return !/Property '.*' does not exist/.test(text)
  return isLeftOpen(code, text) || isWidened(text, tree)
}

/** What nothing fits: `{ list: [] }.list`, or a variable that only a callback sets; and names known only when it runs. */
function isLeftOpen(code: number, text: string): boolean {
  if (text.includes("'Promise<")) return false
  if (misfits.has(code) && /'never(?:\[\])?'/.test(text)) return true
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
  tree: SyntaxTree,
  grown: ReadonlySet<string>,
): boolean {
  const { code, pos, end } = diagnostic
  if (looseHabits.has(code)) return true
  const text = fullText(diagnostic)
  if (code === unknownMember) {
    return grown.has(tree.source.slice(pos, end)) && !text.includes("type 'Promise<")
  }
  // `{ best: null }` is there to be filled.
  if (/^Type '.*' is not assignable to type '(?:null|undefined)'/.test(text)) return true
  // An untyped `({ a, b }) => …` demands both; JavaScript calls it with either.
  return missingMembers.has(code) && /required in type '\{ (?:\w+\??: any; )+\}'/.test(text)
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
