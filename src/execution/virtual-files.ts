/** A session's own files: a tree in the cabinet with quotas; nothing of it is a path on disk (contract §7). */
import { sha256 } from '../digest.ts'
import { ExecutionError } from '../errors.ts'
import { formatBytes, quoteName } from '../text/index.ts'
import type { Cabinet } from './cabinet.ts'
import { readOnlyMount, virtualPath } from './virtual-path.ts'

export interface VirtualFiles {
  /** Undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>
  write(path: string, bytes: Uint8Array): Promise<void>
  list(): Promise<readonly { readonly path: string; readonly bytes: number }[]>
}

export interface FileQuota {
  readonly bytes: number
  readonly files: number
}

export const fileQuota: FileQuota = { bytes: 64 * 1024 * 1024, files: 1000 }

const indexBlob = 'files.json'

export function virtualFiles(cabinet: Cabinet, quota: FileQuota = fileQuota): VirtualFiles {
  return {
    read: async path => await cabinet.read(blobOf(virtualPath(path))),
    write: async (path, bytes) => {
      const name = virtualPath(path)
      if (name.startsWith(readOnlyMount)) {
        const how = 'the tools below /mcp-tools are read-only; write elsewhere'
        throw new ExecutionError('PATH_REFUSED', `Cannot write ${quoteName(path)}: ${how}`)
      }
      await cabinet.exclusively(async () => {
        const index = await readIndex(cabinet)
        checkQuota(index.set(name, bytes.length), quota, path)
        await cabinet.write(blobOf(name), bytes)
        await cabinet.write(indexBlob, Buffer.from(JSON.stringify(Object.fromEntries(index))))
      })
    },
    list: async () =>
      [...(await readIndex(cabinet))]
        .map(([path, bytes]) => ({ path, bytes }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

// A name made by us: whatever the path is, it is one file in one folder.
function blobOf(path: string): string {
  return `files/${sha256(path)}`
}

async function readIndex(cabinet: Cabinet): Promise<Map<string, number>> {
  const bytes = await cabinet.read(indexBlob)
  if (bytes === undefined) return new Map()
  const entries: unknown = JSON.parse(bytes.toString('utf8'))
  return new Map(Object.entries(Object(entries)).map(([path, size]) => [path, Number(size)]))
}

function checkQuota(index: ReadonlyMap<string, number>, quota: FileQuota, path: string): void {
  const bytes = [...index.values()].reduce((sum, size) => sum + size, 0)
  const how =
    index.size > quota.files
      ? `the session would have ${index.size} files of at most ${quota.files}`
      : `the session's files would have ${formatBytes(bytes)} of at most ${formatBytes(quota.bytes)}`
  if (index.size <= quota.files && bytes <= quota.bytes) return
  throw new ExecutionError('STATE_QUOTA', `Cannot write ${quoteName(path)}: ${how}`)
}
