/** Paths in a session's virtual tree: absolute, "/"-separated, without a way out. */
import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'

export const readOnlyMount = '/mcp-tools/'

const maxPathBytes = 1024

/** The canonical form of a path; throws PATH_REFUSED for what is none. A relative path starts at "/". */
export function virtualPath(path: string): string {
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.')
  const refuse = (how: string): never => {
    throw new ExecutionError('PATH_REFUSED', `Cannot use the path ${quoteName(path)}: ${how}`)
  }
  if (path.includes('\0')) refuse('it holds a NUL character')
  // Two of them would be one file: their bytes are the same.
  if (Buffer.from(path).toString() !== path) refuse('it holds half a character')
  if (path.includes('\\')) refuse('it holds a backslash; separate folders with "/"')
  if (segments.includes('..')) refuse('".." leads out of the tree; give the whole path')
  if (segments.length === 0) refuse('it names no file')
  if (path.endsWith('/')) refuse('it names a folder; give a file')
  if (Buffer.byteLength(path) > maxPathBytes) refuse(`it is longer than ${maxPathBytes} bytes`)
  return `/${segments.join('/')}`
}
