/** Errors of the host on their way to a program: where the host keeps its files is none of the program's business. */
const hostRoots = [
  'Applications|Library|Users|Volumes|app|bin|boot|data|dev|etc|home|lib|lib64|media|mnt|nix|opt',
  'private|proc|root|run|sbin|snap|srv|sys|tmp|usr|var|work|workspace',
].join('|')
const absolutePath = new RegExp(
  String.raw`file:\/\/[^\s'")\]]+|(?<![\w:/.])\/(?:${hostRoots})(?:\/[^\s'"():;,\]]*)?|\b[A-Za-z]:\\[^\s'")\]]+|\bnode:[\w/]+(?::\d+)*`,
  'g',
)

/** Replaces absolute host paths by "<path>", except those the program itself has sent. */
export function redactPaths(text: string, known: string): string {
  return text.replace(absolutePath, path => (known.includes(path) ? path : '<path>'))
}
