/** The server a call goes to: through the daemon with nothing else loaded, or through a caller of our own. */
import { resolve } from 'node:path'

import type { ToolCaller } from '../../bridge/index.ts'
import type { Tool } from '../../catalog/index.ts'
import type { ServerEntry } from '../../config/index.ts'
import { ExecutionError } from '../../errors.ts'
import { type DaemonLink, isRecord, type RawResult, reachOurDaemon } from '../../runtime/index.ts'
import type { World } from '../world.ts'
import { type CallWords, isAdHoc } from './call-words.ts'

export interface CallTarget extends AsyncDisposable {
  call(
    tool: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ): Promise<RawResult>
  /** Throws TOOL_NOT_FOUND with the nearest name. */
  tool(name: string): Promise<Tool>
  toolNames(): Promise<readonly string[]>
}

export interface CallOptions {
  readonly signal: AbortSignal
  readonly fresh: boolean
  readonly timeoutMs?: number
}

export async function openCallTarget(words: CallWords, world: World): Promise<CallTarget> {
  const server = await serverOf(words, world)
  // The warm path loads nothing but the socket; what connects by itself is loaded only where there is no daemon.
  const link = wantsDaemon(world) ? await reachOurDaemon(world) : undefined
  return link === undefined ? await localTarget(server, world) : linkTarget(link, server, world)
}

type Server =
  | { readonly name: string; readonly configFile?: string }
  | { readonly entry: ServerEntry }

async function serverOf(words: CallWords, world: World): Promise<Server> {
  const { server, choice, flags } = words
  if (isAdHoc(choice)) {
    const { chosenServer } = await import('../chosen-server.ts')
    const names = server === undefined ? [] : [server]
    return { entry: await chosenServer({ ...choice, names, fromConfig: undefined }, world) }
  }
  if (server === undefined) {
    const how = 'no server and tool are named; write: mcp-execution call server.tool'
    throw new ExecutionError('INVALID_ARGUMENT', `Cannot call: ${how}`)
  }
  const configFile = flags.configFile ?? world.configFile
  return configFile === undefined
    ? { name: server }
    : { name: server, configFile: resolve(world.cwd, configFile) }
}

function wantsDaemon({ env, settings }: World): boolean {
  const flag = env['MCP_EXECUTION_NO_DAEMON']
  const refused = flag !== undefined && !['', '0', 'false'].includes(flag)
  return !refused && settings['runtime.daemon'] !== false
}

async function linkTarget(link: DaemonLink, server: Server, world: World): Promise<CallTarget> {
  const { env } = world
  const ref = 'entry' in server ? await recordRef(server, world) : server
  const request = async (
    body: Readonly<Record<string, unknown>>,
    signal = world.signal,
  ): Promise<unknown> => await link.request({ body: { server: ref, ...body }, env, signal })
  return {
    async call(tool, args, { signal, ...options }) {
      const result = await request({ op: 'call', tool, args, ...options }, signal)
      return isRecord(result) ? result : {}
    },
    async tool(name) {
      const tool = await request({ op: 'tool', tool: name })
      if (isTool(tool)) return tool
      throw new ExecutionError(
        'SERIALIZATION',
        'Cannot read the answer of the daemon: it is no tool',
      )
    },
    async toolNames() {
      const names = await request({ op: 'toolNames' })
      return Array.isArray(names) ? names.map(String) : []
    },
    [Symbol.asyncDispose]: async () => link.close(),
  }
}

async function recordRef(
  { entry }: Extract<Server, { entry: unknown }>,
  world: World,
): Promise<unknown> {
  const { recordOf } = await import('../../config/index.ts')
  return { record: recordOf(entry, world) }
}

async function localTarget(server: Server, world: World): Promise<CallTarget> {
  const { loadConfig, selectServer } = await import('../../config/index.ts')
  const { configDeps } = await import('../chosen-server.ts')
  const { openLocalCaller } = await import('../../daemon/index.ts')
  const { findTool } = await import('../../bridge/index.ts')
  const deps = {
    ...configDeps(world),
    ...('configFile' in server && { configFile: server.configFile }),
  }
  const entry = 'entry' in server ? server.entry : selectServer(await loadConfig(deps), server.name)
  const caller: ToolCaller = await openLocalCaller({ ...deps, now: world.now, entries: [entry] })
  const catalog = async (): ReturnType<ToolCaller['catalog']> =>
    await caller.catalog(entry.id, { signal: world.signal })
  return {
    call: async (tool, args, options) => {
      const { toolName } = await import('../../ids.ts')
      return await caller.call({ server: entry.id, tool: toolName(tool), args }, options)
    },
    tool: async name => findTool(entry, await catalog(), name),
    toolNames: async () => (await catalog()).tools.map(tool => tool.name),
    [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose](),
  }
}

function isTool(value: unknown): value is Tool {
  return isRecord(value) && typeof value['name'] === 'string' && value['inputSchema'] !== undefined
}
