/** A finding as the compiler sends it. */

export interface CompilerDiagnostic {
  readonly pos: number
  readonly end: number
  readonly code: number
  readonly text: string
  readonly messageChain?: readonly CompilerDiagnostic[]
}

const errorCategory = 1

/** The errors among what the compiler answered. */
export function errorsIn(answer: unknown): CompilerDiagnostic[] {
  return Array.isArray(answer)
    ? answer.filter(isDiagnostic).filter(({ category }) => category === errorCategory)
    : []
}

/** The message with the chain of reasons below it, indented. */
export function fullText({ text, messageChain = [] }: CompilerDiagnostic, indent = ''): string {
  return [indent + text, ...messageChain.map(part => fullText(part, `${indent}  `))].join('\n')
}

function isDiagnostic(value: unknown): value is CompilerDiagnostic & { readonly category: number } {
  return typeof value === 'object' && value !== null && 'code' in value && 'pos' in value
}
