/** A skill's folder as it stands on disk: bounded, and no symbolic link is followed. */
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'

import { ExecutionError } from '../errors.ts'
import { quoteName } from '../text/index.ts'

const maxSkillFiles = 500
const maxSkillFileBytes: number = 1024 * 1024

export interface StoredSkill {
  /** Absolute. */
  readonly dir: string
  /** The folder's name, which must be the skill's. */
  readonly folder: string
  /** Content by "/"-separated path; every regular file of the folder. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What lies there and is no regular file or is over its size. */
  readonly unreadable: readonly string[]
}

/** Throws NOT_FOUND where there is no such folder. */
export async function readSkill(dir: string): Promise<StoredSkill> {
  const absolute = resolve(dir)
  const files = new Map<string, Uint8Array>()
  const unreadable: string[] = []
  for (const path of await listFiles(absolute)) {
    const content = await readBounded(join(absolute, path))
    if (content === undefined) unreadable.push(path)
    else files.set(path, content)
  }
  return { dir: absolute, folder: basename(absolute), files, unreadable }
}

/** A file of the skill as text; undefined where it is missing or no UTF-8. */
export function textOf(skill: StoredSkill, path: string): string | undefined {
  const content = skill.files.get(path)
  if (content === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return undefined
  }
}

async function listFiles(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(
    (cause: unknown) => {
      throw new ExecutionError(
        'NOT_FOUND',
        `Cannot read the skill ${quoteName(basename(dir))}: its folder cannot be listed; see \`skill list\``,
        { cause },
      )
    },
  )
  const paths = entries
    .filter(entry => !entry.isDirectory())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(dir.length + 1)
        .replaceAll('\\', '/'),
    )
  if (paths.length > maxSkillFiles) {
    throw new ExecutionError(
      'INVALID_ARGUMENT',
      `Cannot read the skill ${quoteName(basename(dir))}: it has ${paths.length} files; ${maxSkillFiles} are the most`,
    )
  }
  return paths.toSorted()
}

async function readBounded(path: string): Promise<Uint8Array | undefined> {
  const found = await lstat(path)
  return found.isFile() && found.size <= maxSkillFileBytes ? await readFile(path) : undefined
}
