/** A guest error in the words of its author: own file, line, column, a cleaned stack and a code frame. */
import type { ProgramError } from '../outcome.ts'
import { codeFrame, originalPosition, type Position, type Prepared } from '../program/prepared.ts'
import { serversRoot } from '../program/resolve.ts'
import type { SyntaxProblem } from '../program/syntax-problem.ts'

/** A text the engine runs, by the path it knows it under. */
export interface SourceText {
  /** As the author calls it. */
  readonly name: string
  readonly source: string
  readonly prepared: Prepared
}

/** What the prelude's `describe` answers. */
export interface Description {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly overCallLimit: boolean
}

interface Frame {
  readonly where: string
  readonly text: SourceText
  readonly position: Position
}

const maxFrames = 10

export function readDescription(text: string): Description {
  const [, flag, first = '0', second = '0'] = /^([01]) (\d+) (\d+)\n/.exec(text) ?? []
  const body = text.slice(text.indexOf('\n') + 1)
  const nameEnd = Number(first)
  const messageEnd = nameEnd + Number(second)
  return {
    name: body.slice(0, nameEnd),
    message: body.slice(nameEnd, messageEnd),
    stack: body.slice(messageEnd),
    overCallLimit: flag === '1',
  }
}

export function toProgramError(
  { name, message, stack }: Description,
  texts: ReadonlyMap<string, SourceText>,
): ProgramError {
  const frames = readFrames(stack, texts)
  // Where a generated tool file calls its tool is of no use to who called it.
  const first = frames.find(({ text }) => !text.name.startsWith(`${serversRoot}/`)) ?? frames[0]
  if (first === undefined) return { name, message }
  return {
    name,
    message,
    file: first.text.name,
    ...first.position,
    stack: frames.map(showFrame).join('\n'),
    codeFrame: codeFrame(first.text.source, first.position),
  }
}

/** An error found before anything ran. */
export function syntaxError(
  problem: SyntaxProblem,
  { name, source }: Pick<SourceText, 'name' | 'source'>,
): ProgramError {
  const { message, position } = problem
  if (position === undefined) return { name: 'SyntaxError', message, file: name }
  return {
    name: 'SyntaxError',
    message,
    file: name,
    ...position,
    codeFrame: codeFrame(source, position),
  }
}

/** Frames in texts of the program; what is ours or the engine's stays out. */
function readFrames(stack: string, texts: ReadonlyMap<string, SourceText>): Frame[] {
  const frames: Frame[] = []
  for (const line of stack.split('\n')) {
    // A text that does not compile is named without brackets: nothing of it was running.
    const match = /^\s*at (?:(.*?) ?\((.+):(\d+):(\d+)\)|(.+):(\d+):(\d+))$/.exec(line)
    const [, where = '', ...at] = match ?? []
    const [path = '', row, column] = at[0] === undefined ? at.slice(3) : at
    const text = texts.get(path)
    if (text === undefined || Number(row) < 1 || Number(row) > text.prepared.lines) continue
    const position = originalPosition(text.prepared, { line: Number(row), column: Number(column) })
    frames.push({ where, text, position })
    if (frames.length === maxFrames) break
  }
  return frames
}

function showFrame({ where, text, position }: Frame): string {
  const at = `${text.name}:${position.line}:${position.column}`
  return where === '' || where === '<anonymous>' ? `    at ${at}` : `    at ${where} (${at})`
}
