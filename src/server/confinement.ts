/** Where our write tools may write: inside the servers and skills folders, whatever a model asks for (spec §8). */
import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'

import { ExecutionError } from '../errors.ts'

/**
 * The folder `asked` names inside `root`, as an absolute path. Throws PATH_REFUSED for absolute paths, `..`, `~`, NUL,
 * and for any symbolic link on the way; the atomic export checks links again at the moment it writes.
 */
export async function confine(root: string, asked: string): Promise<string> {
  const segments = asked.split(/[/\\]/).filter(segment => segment !== '' && segment !== '.')
  const refusedBy = refusal(asked, segments)
  if (refusedBy !== undefined) throw refused(asked, refusedBy)
  const path = join(root, ...segments)
  await refuseLinks(root, segments, asked)
  return path
}

function refusal(asked: string, segments: readonly string[]): string | undefined {
  if (asked.includes('\0')) return 'it holds a NUL byte'
  if (isAbsolute(asked) || /^[a-z]:/i.test(asked) || asked.startsWith('\\')) return 'it is absolute'
  if (asked.startsWith('~')) return 'it starts with "~"'
  if (segments.includes('..')) return 'it holds ".."'
  if (segments.length === 0) return 'it is empty'
  return undefined
}

async function refuseLinks(
  root: string,
  segments: readonly string[],
  asked: string,
): Promise<void> {
  const realRoot = await realpath(root).catch(() => root)
  let path = realRoot
  for (const segment of segments) {
    path = join(path, segment)
    const stats = await lstat(path).catch(() => undefined)
    if (stats === undefined) return
    if (stats.isSymbolicLink()) throw refused(asked, `"${segment}" is a symbolic link`)
  }
  const inside = relative(realRoot, await realpath(path))
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw refused(asked, 'it leads outside')
  }
}

function refused(asked: string, how: string): ExecutionError {
  return new ExecutionError(
    'PATH_REFUSED',
    `Cannot write to ${JSON.stringify(asked.slice(0, 200))}: ${how}; give a relative path inside our own folder`,
  )
}
