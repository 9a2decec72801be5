/** Which of the compiler's errors do not stop a program: it is a script, not a library. */
import { type CompilerDiagnostic, fullText } from './compiler-diagnostic.ts'

/** Places whose type the program leaves open. */
const implicitAny = new Set([
  7005, 7006, 7008, 7010, 7011, 7015, 7017, 7018, 7019, 7022, 7023, 7024, 7025, 7031, 7034, 7050,
  7051,
])
const implicitAnyElement = 7053

export function isTolerated(diagnostic: CompilerDiagnostic): boolean {
  if (implicitAny.has(diagnostic.code)) return true
  // A computed key is the program's own business; a literal one that does not exist is a typo.
  const isTypo = /Property '.*' does not exist/.test(fullText(diagnostic))
  return diagnostic.code === implicitAnyElement && !isTypo
}

/** "Type annotations can only be used in TypeScript files" and its like. */
export function isTypeScriptOnly({ code }: CompilerDiagnostic): boolean {
  return code >= 8002 && code <= 8039
}

/** `return` outside a function: the program is a body, not a module. */
export function isTopLevelReturn({ code }: CompilerDiagnostic): boolean {
  return code === 1108
}
