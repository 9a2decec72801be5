/** The file system calls an export makes, as an argument: tests make the n-th one fail, or kill the process there. */
import * as nodeFs from 'node:fs/promises'

export type Disk = Pick<
  typeof nodeFs,
  | 'chmod'
  | 'copyFile'
  | 'link'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rmdir'
  | 'symlink'
  | 'unlink'
  | 'writeFile'
>

export const realDisk: Disk = nodeFs

/** What a call gives, or `instead` where it fails with one of the codes. */
export async function unless<Result, Instead>(
  codes: readonly string[],
  call: Promise<Result>,
  instead: Instead,
): Promise<Result | Instead> {
  try {
    return await call
  } catch (error) {
    if (codes.includes(systemCode(error))) return instead
    throw error
  }
}

/** "ENOENT", "EACCES", …; "" for anything that is no system error. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
