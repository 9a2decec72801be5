/** Generated trees and stored results as resources; what is listed is bounded, what is named can be read. */
import { ExecutionError } from '../errors.ts'
import { isServerId } from '../ids.ts'
import type { Backend } from './backend.ts'
import { resultUriPrefix, segmentsOf, treeUri, treeUriPrefix } from './resource-uri.ts'
import type { ResourceEntry, ResourcePage, Resources, ResourceText } from './resources.ts'

const pageSize = 100

export function ourResources(backend: Backend): Resources {
  return {
    templates: [
      {
        uriTemplate: `${treeUriPrefix}{server}/{file}`,
        name: 'generated-file',
        description: 'A file of a generated tree; index.ts lists the tools',
        mimeType: 'text/x-typescript',
      },
      {
        uriTemplate: `${resultUriPrefix}{session}/{handle}`,
        name: 'stored-result',
        description: 'A result too big for an answer, whole',
        mimeType: 'application/json',
      },
    ],
    list: cursor => listIndexes(backend, cursor),
    read: async uri => (await readTree(backend, uri)) ?? (await readStored(backend, uri)),
  }
}

/** One entry a generated server: its index, from which every file can be found. */
async function listIndexes(
  { listTrees, places }: Backend,
  cursor: string | undefined,
): Promise<ResourcePage> {
  const start = cursor === undefined ? 0 : offsetOf(cursor)
  const trees = await listTrees(places.serversDir)
  const resources = trees.slice(start, start + pageSize).map(({ id, toolCount }): ResourceEntry => {
    const description = `The ${toolCount} tools of ${id}`
    return { uri: treeUri(id, 'index.ts'), name: id, description, mimeType: 'text/x-typescript' }
  })
  const next = start + pageSize
  return next < trees.length ? { resources, nextCursor: String(next) } : { resources }
}

function offsetOf(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor)
  const message = `Cannot list resources from ${JSON.stringify(cursor.slice(0, 64))}: it is no cursor of ours`
  throw new ExecutionError('INVALID_ARGUMENT', message)
}

async function readTree(backend: Backend, uri: string): Promise<ResourceText | undefined> {
  const [server, ...path] = segmentsOf(uri, treeUriPrefix) ?? []
  if (server === undefined || path.length === 0 || !isServerId(server)) return undefined
  const text = await backend.readTreeFile(server, path.join('/'))
  if (text === undefined) return undefined
  const mimeType = uri.endsWith('.json') ? 'application/json' : 'text/x-typescript'
  return { uri, mimeType, text }
}

async function readStored(backend: Backend, uri: string): Promise<ResourceText | undefined> {
  const [session, handle, ...rest] = segmentsOf(uri, resultUriPrefix) ?? []
  if (session === undefined || handle === undefined || rest.length > 0) return undefined
  const stored = await backend.readResult(session, handle)
  return stored === undefined ? undefined : { uri, mimeType: 'application/json', text: stored.json }
}
