import { ExecutionError } from '../errors.ts'
import { shownPath } from './rules.ts'

const helps: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied; check the rights of the file and its folder',
  EPERM: 'permission is denied; check the rights of the file and its folder',
  EROFS: 'the file system is read-only; choose another home or state folder',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your quota is used up; make room',
  EEXIST: 'a file stands where a folder should; move it away',
  ENOTDIR: 'a file stands where a folder should; move it away',
  ENAMETOOLONG: 'its path is too long; choose another home or state folder',
}

/** What went wrong while writing `path`, as an IO error that says what would help; errors of ours stay as they are. */
export function writeFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || ExecutionError.is(error)) return error
  const code = String(error.code)
  const how = helps[code] ?? `it failed with ${code}; check the file and its folder`
  return new ExecutionError('IO', `Cannot write ${shownPath(path)}: ${how}`, {
    cause: error,
    details: { file: path, system: code },
  })
}
