/** The only file system the compiler sees: texts in memory. No path ever falls through to the disk. */

export interface FileAnswers {
  readFile(path: string): { readonly content: string | null }
  fileExists(path: string): boolean
  directoryExists(path: string): boolean
  getAccessibleEntries(path: string): {
    readonly files: readonly string[]
    readonly directories: readonly string[]
  }
  realpath(path: string): string
}

export const fileCallbacks: readonly (keyof FileAnswers)[] = [
  'readFile',
  'fileExists',
  'directoryExists',
  'getAccessibleEntries',
  'realpath',
]

export type FileLookup = (path: string) => string | undefined

/** Answers for one set of texts; `paths` is asked anew each time, so the set may change between two checks. */
export function answerFrom(lookup: FileLookup, paths: () => Iterable<string>): FileAnswers {
  return {
    readFile: path => ({ content: lookup(path) ?? null }),
    fileExists: path => lookup(path) !== undefined,
    directoryExists: folder => [...paths()].some(path => path.startsWith(asFolder(folder))),
    getAccessibleEntries: folder => {
      const names = [...paths()]
        .filter(path => path.startsWith(asFolder(folder)))
        .map(path => path.slice(asFolder(folder).length).split('/'))
      return {
        files: [...new Set(names.filter(name => name.length === 1).map(([name = '']) => name))],
        directories: [...new Set(names.filter(name => name.length > 1).map(([name = '']) => name))],
      }
    },
    realpath: path => path,
  }
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}
