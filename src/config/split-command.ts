/** Splits a command line that somebody wrote where a program's name belongs, as a POSIX shell would, expanding nothing. */

/** Undefined where `command` is one program: no space, a file of that name, or nothing like a command line. */
export function splitCommand(
  command: string,
  isFile: (path: string) => boolean,
): [string, ...string[]] | undefined {
  if (!/\s/.test(command.trim()) || isFile(command)) return undefined
  const words = shellWords(command)
  const [program, ...rest] = words ?? []
  if (program === undefined || rest.length === 0) return undefined
  // "/Applications/My App/server" that is not installed stays one name, so that the error shows it whole.
  const named = !/[/\\]/.test(program) || isFile(program)
  return named ? [program, ...rest] : undefined
}

function shellWords(line: string): readonly string[] | undefined {
  const token = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(\s+)|(.)/gs
  const words: string[] = []
  let word: string | undefined
  for (const [, double, single, escaped, plain, space, stray] of line.matchAll(token)) {
    if (stray !== undefined) return undefined
    if (space === undefined) {
      const inner = double?.replaceAll(/\\(["\\$`])/g, '$1')
      word = (word ?? '') + (inner ?? single ?? escaped ?? plain ?? '')
    } else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}
