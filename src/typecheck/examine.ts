/** One check, from text to diagnostics. */
import type { CheckRequest, CheckResult } from './checker.ts'
import type { CompilerDiagnostic } from './compiler-diagnostic.ts'
import type { CompiledProgram, CompilerProjects, Language } from './compiler/project.ts'
import type { Declarations } from './declarations.ts'
import { explain } from './explain.ts'
import { isTopLevelReturn, isTypeScriptOnly, withoutTolerated } from './leniency.ts'
import { type LostPromise, lostPromises } from './missing-await.ts'
import { asBody, asModule, type ProgramText } from './program-text.ts'
import { kinds, type SyntaxTree } from './syntax-tree.ts'

interface Reading {
  readonly program: ProgramText
  readonly tree: SyntaxTree
  /** What stops the program. */
  readonly errors: readonly CompilerDiagnostic[]
  readonly isTypeScript: boolean
  /** Promises that nobody awaits. */
  readonly lost: readonly LostPromise[]
}

export async function examine(
  projects: CompilerProjects,
  request: CheckRequest,
): Promise<CheckResult> {
  const typed = await read(projects, request, 'ts')
  const isSettled = typed.errors.length === 0 || showsTypes(typed.tree, request.source)
  const reading = isSettled ? typed : await asScript(projects, request, typed)
  const diagnostics = explain({ ...request, ...reading }, reading.errors, reading.lost)
  return diagnostics.length === 0 ? { status: 'passed' } : { status: 'rejected', diagnostics }
}

/** Seen in the syntax that this is no JavaScript; types in its comments are no sign. */
function showsTypes({ nodes }: SyntaxTree, source: string): boolean {
  if (source.includes('/**')) return false
  return nodes.some(({ kind }) => kind >= kinds.firstType && kind <= kinds.lastType)
}

/** A program without a word of TypeScript is checked as JavaScript, whose looser habits are no errors. */
async function asScript(
  projects: CompilerProjects,
  request: CheckRequest,
  typed: Reading,
): Promise<Reading> {
  const script = await read(projects, request, 'js')
  const isLooser = !script.isTypeScript && script.errors.length < typed.errors.length
  return isLooser ? script : typed
}

async function read(
  projects: CompilerProjects,
  { source, declarations }: CheckRequest,
  language: Language,
): Promise<Reading> {
  // What exports nothing and may return is a body, seen without looking; the rest shows when it is parsed.
  const first = mayBeBody(source) ? asBody(source) : asModule(source)
  const compiled = await projects.compile(first.text, language, declarations)
  const { tree, errors, syntaxErrors } = compiled
  const isBody = [...errors, ...syntaxErrors].some(isTopLevelReturn)
  const spoken = { language, declarations }
  if (!isBody || tree === undefined) return await toReading(first, compiled, spoken)
  const program = asBody(source, tree)
  return await toReading(
    program,
    await projects.compile(program.text, language, declarations),
    spoken,
  )
}

function mayBeBody(source: string): boolean {
  return /\breturn\b/.test(source) && !/\b(?:import|export|declare)\b/.test(source)
}

interface Spoken {
  readonly language: Language
  readonly declarations: Declarations
}

async function toReading(
  program: ProgramText,
  compiled: CompiledProgram,
  { language, declarations }: Spoken,
): Promise<Reading> {
  const { tree, errors, syntaxErrors } = compiled
  if (tree === undefined) throw new TypeError('the syntax tree has an unknown format')
  const body = program.bodyOf(tree)
  const parses = syntaxErrors.length === 0 && body !== undefined
  return {
    program,
    tree,
    // Where it does not parse, the rest is noise that follows from that.
    errors: parses
      ? withoutTolerated(errors, { tree, isScript: language === 'js', declarations })
      : syntaxErrors,
    isTypeScript: [...errors, ...syntaxErrors].some(isTypeScriptOnly),
    lost: parses ? await lostPromises(tree, body, compiled.typesOf) : [],
  }
}
