/** `cache info|clear|verify`: everything of ours that may be deleted at any time. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { ExitCode } from '../../errors.ts'
import { isRecord, joinOurDaemon } from '../../runtime/index.ts'
import { cleanLine, formatBytes } from '../../text/index.ts'
import { print, table } from '../output/index.ts'
import type { World } from '../world.ts'

interface CachedFile {
  /** Relative to the cache folder, "/"-separated. */
  readonly path: string
  readonly bytes: number
}

export async function cacheInfo(world: World): Promise<ExitCode> {
  const data = await figures(world)
  print(world, {
    data,
    pretty: () => {
      const { results, folders } = data
      const live =
        results === null
          ? 'no daemon runs'
          : `${results.entries} entries, ${results.hits} hits, ${results.misses} misses`
      const rows = folders.map(({ folder, files, bytes }) => [
        folder,
        `${files} files`,
        formatBytes(bytes),
      ])
      return table([['results (in the daemon)', live, ''], ...rows])
    },
  })
  return 0
}

export async function cacheClear(world: World): Promise<ExitCode> {
  const files = await cachedFiles(world)
  const link = await joinOurDaemon(world)
  await link?.request({ body: { op: 'cacheClear' } })
  link?.close()
  await rm(world.places.cacheDir, { recursive: true, force: true })
  const bytes = sum(files)
  const data = { removedFiles: files.length, freedBytes: bytes }
  print(world, { data, pretty: () => `Removed ${files.length} files, ${formatBytes(bytes)}` })
  return 0
}

/** Exit code 1 where a cached file cannot be read back. */
export async function cacheVerify(world: World): Promise<ExitCode> {
  const files = await cachedFiles(world)
  const broken: string[] = []
  for (const { path } of files) {
    if (!(await isWhole(join(world.places.cacheDir, path)))) broken.push(path)
  }
  const valid = broken.length === 0
  print(world, {
    data: { valid, files: files.length, broken },
    pretty: () =>
      valid
        ? `All ${files.length} cached files are whole`
        : `${broken.length} of ${files.length} cached files are broken; run: mcp-execution cache clear\n${broken.map(cleanLine).join('\n')}`,
  })
  return valid ? 0 : 1
}

interface CacheFigures {
  readonly folder: string
  readonly results: {
    readonly entries: number
    readonly hits: number
    readonly misses: number
  } | null
  readonly folders: readonly {
    readonly folder: string
    readonly files: number
    readonly bytes: number
  }[]
  readonly bytes: number
}

async function figures(world: World): Promise<CacheFigures> {
  const files = await cachedFiles(world)
  const names = [...new Set(files.map(({ path }) => path.split('/')[0] ?? ''))].toSorted()
  const folders = names.map(folder => {
    const inside = files.filter(({ path }) => path.split('/')[0] === folder)
    return { folder, files: inside.length, bytes: sum(inside) }
  })
  return {
    folder: world.places.cacheDir,
    results: await liveResults(world),
    folders,
    bytes: sum(files),
  }
}

async function liveResults(world: World): Promise<CacheFigures['results']> {
  const link = await joinOurDaemon(world)
  if (link === undefined) return null
  try {
    const info = await link.request({ body: { op: 'cacheInfo' } })
    const { entries, hits, misses } = isRecord(info) ? info : {}
    return { entries: Number(entries), hits: Number(hits), misses: Number(misses) }
  } finally {
    link.close()
  }
}

async function cachedFiles({ places }: World): Promise<readonly CachedFile[]> {
  const { cacheDir } = places
  const entries = await readdir(cacheDir, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(file => stat(file).catch(() => undefined)))
  return files.map((file, index) => ({
    path: file.slice(cacheDir.length + 1).replaceAll('\\', '/'),
    bytes: sizes[index]?.size ?? 0,
  }))
}

/** JSON files must parse; of others it is enough that they can be read. */
async function isWhole(file: string): Promise<boolean> {
  try {
    const text = await readFile(file)
    if (file.endsWith('.json')) JSON.parse(text.toString('utf8'))
    return true
  } catch {
    return false
  }
}

function sum(files: readonly CachedFile[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0)
}
