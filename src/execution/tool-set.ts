/** The servers and tools a session may use, and what is known of them. */
import type { ToolCaller } from '../bridge/index.ts'
import type { Catalog } from '../catalog/index.ts'
import { ExecutionError } from '../errors.ts'
import { serverId, type ServerId } from '../ids.ts'
import { didYouMean, quoteName } from '../text/index.ts'

/** A server that is configured, whether or not anybody has connected to it. */
export interface KnownServer {
  readonly id: ServerId
  readonly name: string
}

export interface ToolSetDeps {
  readonly caller: Pick<ToolCaller, 'catalog'>
  readonly servers: () => Promise<readonly KnownServer[]>
  /** "server" or "server.tool"; everything configured where absent. */
  readonly allowed?: readonly string[] | undefined
}

/** A server that could not be asked for its tools. */
export interface UnreachableServer {
  readonly id: ServerId
  readonly error: unknown
}

export interface Catalogs {
  readonly catalogs: readonly Catalog[]
  readonly unreachable: readonly UnreachableServer[]
}

export interface ToolSet {
  servers(): Promise<readonly KnownServer[]>
  /** The server of that id or name; throws SERVER_NOT_FOUND with the nearest one. */
  server(name: string): Promise<KnownServer>
  /** Its catalog without the tools this session may not use. */
  catalog(id: ServerId, signal?: AbortSignal): Promise<Catalog>
  catalogs(ids: readonly ServerId[], signal?: AbortSignal): Promise<Catalogs>
  isAllowed(server: string, tool: string): boolean
}

export function toolSet({ caller, servers, allowed }: ToolSetDeps): ToolSet {
  const rules = allowed?.map(readRule)
  const allowsServer = (id: string): boolean => rules?.some(rule => rule.server === id) ?? true
  const isAllowed = (id: string, tool: string): boolean =>
    rules?.some(rule => rule.server === id && (rule.tool ?? tool) === tool) ?? true
  const known = async (): Promise<readonly KnownServer[]> =>
    (await servers()).filter(({ id }) => allowsServer(id))
  const catalog = async (id: ServerId, signal?: AbortSignal): Promise<Catalog> =>
    without(await caller.catalog(id, signal && { signal }), isAllowed)
  return {
    servers: known,
    server: async name => find(await known(), name),
    catalog,
    catalogs: async (ids, signal) => {
      const settled = await Promise.allSettled(ids.map(id => catalog(id, signal)))
      signal?.throwIfAborted()
      return {
        catalogs: settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])),
        unreachable: settled.flatMap((each, index) => {
          const id = ids[index]
          return each.status === 'rejected' && id !== undefined ? [{ id, error: each.reason }] : []
        }),
      }
    },
    isAllowed,
  }
}

interface Rule {
  readonly server: ServerId
  readonly tool?: string
}

// A server id holds no dot, so the first one ends it; a tool's name may hold more.
function readRule(text: string): Rule {
  const dot = text.indexOf('.')
  if (dot < 0) return { server: serverId(text) }
  return { server: serverId(text.slice(0, dot)), tool: text.slice(dot + 1) }
}

function find(known: readonly KnownServer[], name: string): KnownServer {
  const found = known.find(({ id }) => id === name) ?? known.find(server => server.name === name)
  if (found !== undefined) return found
  const ids = known.map(({ id }) => id)
  const some = ids.length === 0 ? 'none' : ids.slice(0, 20).join(', ')
  const help = didYouMean(name, ids) ?? `there is ${some}`
  throw new ExecutionError(
    'SERVER_NOT_FOUND',
    `Cannot find the server ${quoteName(name)}: it is not configured; ${help}`,
  )
}

function without(catalog: Catalog, isAllowed: ToolSet['isAllowed']): Catalog {
  const tools = catalog.tools.filter(({ name }) => isAllowed(catalog.server.id, name))
  return tools.length === catalog.tools.length
    ? catalog
    : { ...catalog, tools, digest: `${catalog.digest}/${tools.length}` }
}
