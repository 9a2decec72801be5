/** Paths inside a tree: relative, "/"-separated, and unable to leave it on any platform. */
import { ExecutionError } from '../errors.ts'

const maxSegmentBytes = 255
const maxPathBytes = 1024

/** Throws PATH_REFUSED unless every segment of `path` is a plain name. */
export function checkTreePath(path: string): string {
  const flaw = pathFlaw(path)
  if (flaw === undefined) return path
  const shown = JSON.stringify(path.slice(0, 200))
  throw new ExecutionError('PATH_REFUSED', `Cannot use the path ${shown}: ${flaw}`)
}

function pathFlaw(path: string): string | undefined {
  if (Buffer.byteLength(path) > maxPathBytes) return `it is over ${maxPathBytes} bytes`
  const segments = path.split('/')
  if (segments.some(segment => segment === '')) return 'it is empty, absolute or has an empty part'
  if (segments.some(segment => /^\.\.?$/.test(segment))) return 'it has a "." or ".." part'
  // Backslashes and drive letters are separators on Windows; control characters are nobody's file name.
  if (/[\\:]|\p{Cc}/u.test(path)) return 'it holds a backslash, a colon or a control character'
  if (segments.some(segment => Buffer.byteLength(segment) > maxSegmentBytes)) {
    return `a part of it is over ${maxSegmentBytes} bytes`
  }
  return undefined
}
