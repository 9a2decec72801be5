import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything below a folder: path → text, "→ target" for links, "/" for empty folders; "(none)" where it is absent. */
export async function snapshot(folder: string): Promise<Record<string, string> | '(none)'> {
  const seen: Record<string, string> = {}
  const visit = async (prefix: string): Promise<void> => {
    const names = await readdir(join(folder, prefix))
    if (names.length === 0 && prefix !== '') seen[prefix] = '/'
    for (const name of names) {
      const path = prefix === '' ? name : `${prefix}/${name}`
      const stats = await lstat(join(folder, path))
      if (stats.isDirectory()) await visit(path)
      else if (stats.isSymbolicLink()) seen[path] = `→ ${await readlink(join(folder, path))}`
      else seen[path] = await readFile(join(folder, path), 'utf8')
    }
  }
  try {
    await visit('')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '(none)'
    throw error
  }
  return seen
}

interface SmallFile {
  readonly path: string
  readonly text: string
  readonly executable?: boolean
}

/** Two trees that share some files, so that a mix of them would show. */
export const oldFiles: readonly SmallFile[] = [
  { path: 'a.ts', text: 'old a', executable: true },
  { path: 'stale.ts', text: 'old stale' },
  { path: '_runtime/bridge.ts', text: 'old bridge' },
  { path: '_meta.json', text: 'old meta' },
]
export const newFiles: readonly SmallFile[] = [
  { path: 'a.ts', text: 'new a', executable: true },
  { path: 'b.ts', text: 'new b' },
  { path: '_runtime/bridge.ts', text: 'new bridge' },
  { path: '_meta.json', text: 'new meta' },
]
export const allPaths: readonly string[] = [
  ...new Set([...oldFiles, ...newFiles].map(({ path }) => path)),
]

export function asSnapshot(files: readonly SmallFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, text }) => [path, text]))
}
